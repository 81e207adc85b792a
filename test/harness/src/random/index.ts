export { type Random, seededRandom, testSeed } from './seeded-random.ts';
