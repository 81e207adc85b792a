export { type DoctorReport, doctorReportSchema, type Finding, findingSchema, findingSeverities } from './doctor-report.ts';
