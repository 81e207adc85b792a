import { type Route, routes, streams } from '@agent-brain/contract/routes';

/** Doors that are not JSON routes. */
const FURTHER: readonly { method: string; path: string }[] = [
  ...['/', '/metrics', '/openapi.json', '/docs', '/docs/*', '/llms.txt'].map((path) => ({ method: 'GET', path })),
  { method: 'POST', path: '/mcp' },
];

/** The methods that some route takes at `path`, sorted; none for an unknown path. */
export function knownMethods(path: string): string[] {
  const all: readonly Pick<Route, 'method' | 'path'>[] = [...Object.values(routes), ...Object.values(streams)];
  const methods = [...all, ...FURTHER].filter((route) => matches(route.path, path)).map((route) => route.method);
  return [...new Set(methods)].sort();
}

function matches(template: string, path: string): boolean {
  if (template.endsWith('/*')) return path.startsWith(template.slice(0, -1));
  const parts = template.split('/');
  const given = withoutTrailingSlash(path).split('/');
  return (
    parts.length === given.length && parts.every((part, index) => (part.startsWith(':') ? given[index] !== '' : part === given[index]))
  );
}

const withoutTrailingSlash = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);
