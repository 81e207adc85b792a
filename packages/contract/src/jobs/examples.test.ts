import { expect, test } from 'vitest';
import { indexRequestExample, jobAcceptedExample, jobExample, jobListExample, runningJobExample } from './examples.ts';
import { indexRequestSchema, jobAcceptedSchema, jobListSchema, jobSchema } from './index.ts';

test.each([
  ['Job', jobSchema, jobExample],
  ['Job that runs', jobSchema, runningJobExample],
  ['JobList', jobListSchema, jobListExample],
  ['JobAccepted', jobAcceptedSchema, jobAcceptedExample],
])('the example of %s is one', (_name, schema, example) => {
  expect(schema.parse(example)).toEqual(example);
});

test('the example of a request is one', () => {
  expect(indexRequestSchema.parse(indexRequestExample)).toMatchObject(indexRequestExample);
});
