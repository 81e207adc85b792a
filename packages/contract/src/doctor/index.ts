export {
  type DoctorReport,
  doctorReportSchema,
  type Finding,
  findingSchema,
  findingSeverities,
  type ResetReport,
  resetReportSchema,
} from './doctor-report.ts';
