/** Semantic Versioning 2.0.0 §11, without build metadata. @returns negative when `a` is the older one */
export function compareVersions(a: string, b: string): number {
  const [coreA, preA] = split(a);
  const [coreB, preB] = split(b);
  for (let index = 0; index < 3; index += 1) {
    const difference = (coreA[index] ?? 0) - (coreB[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (preA === preB) return 0;
  // A version without a pre-release is the later one.
  if (preA === undefined || preB === undefined) return preA === undefined ? 1 : -1;
  return comparePreReleases(preA.split('.'), preB.split('.'));
}

function split(version: string): [number[], string | undefined] {
  const [core = '', pre] = version.replace(/\+.*$/, '').split(/-(.*)/s);
  return [core.split('.').map(Number), pre];
}

function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    if (left === right) continue;
    const [numberA, numberB] = [/^\d+$/.test(left), /^\d+$/.test(right)];
    if (numberA && numberB) return Number(left) - Number(right);
    if (numberA !== numberB) return numberA ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}
