export { ApiClient, type ApiClientOptions, type CallOptions, type Endpoint, type StreamInput, type StreamOptions } from './api-client.ts';
export { followEvents } from './follow-events.ts';
export { indexAndWait, type IndexAndWaitOptions } from './index-and-wait.ts';
export { requireCompleted, sameJobOf } from './judge-job.ts';
export { waitForJob, type WaitForJobOptions } from './wait-for-job.ts';
