export { ApiClient, type ApiClientOptions, type CallOptions, type Endpoint, type StreamInput, type StreamOptions } from './api-client.ts';
export { waitForJob, type WaitForJobOptions } from './wait-for-job.ts';
export { followEvents } from './follow-events.ts';
