export { ApiClient, type ApiClientOptions, type CallOptions, type Endpoint } from './api-client.ts';
export { waitForJob, type WaitForJobOptions } from './wait-for-job.ts';
