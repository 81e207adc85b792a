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
