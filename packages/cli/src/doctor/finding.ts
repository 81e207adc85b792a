import type { Finding } from '@agent-brain/contract/doctor';

export const finding = (
  id: string,
  severity: Finding['severity'],
  summary: string,
  command: string | null,
  description: string,
): Finding => ({ id, severity, summary, remediation: { command, description } });
