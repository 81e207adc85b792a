/**
 * A real file system, with `before` run in front of every call, also of those on the files that it opens; what `before`
 * throws is what the call fails with.
 *
 * @param before gets the number of the call (from 1) and its name
 * @param passed names of calls that are neither counted nor failed
 */
export function withFaults<System extends object>(
  real: System,
  before: (call: number, name: string) => void,
  passed: readonly string[] = [],
): System {
  let call = 0;
  const wrap = <Inner extends object>(inner: Inner): Inner =>
    new Proxy(inner, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function' || typeof name !== 'string') return method;
        return async (...given: unknown[]): Promise<unknown> => {
          const run = async (...values: unknown[]): Promise<unknown> => Reflect.apply(method, target, values);
          try {
            if (!passed.includes(name)) before(++call, name);
          } catch (error) {
            const [data] = given as [string | Uint8Array];
            if (name === 'writeFile') await run(data.slice(0, data.length / 2)); // a disk that fills up takes the first part
            // The descriptor goes away whether or not close reports an error (close(2)).
            if (name === 'close') await run();
            throw error;
          }
          const result = await run(...given);
          return name === 'open' ? wrap(result as object) : result;
        };
      },
    });
  return wrap(real);
}

/** An error as the system reports it. */
export const systemError = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code });
