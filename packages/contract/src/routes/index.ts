export {
  type Route,
  type RouteId,
  type RouteInput,
  type RouteRequest,
  type RouteResponse,
  type Routes,
  routes,
  shutdownAcceptedSchema,
  shutdownRequestSchema,
} from './route-table.ts';
export { routeProse, type RouteProse } from './route-prose.ts';
export { type EventStream, type StreamId, streams } from './stream-table.ts';
