import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../bytes/index.ts';
import { blockSize, packIntegers, unpackIntegers } from './packed-integers.ts';

const numRuns = process.env['AGENT_BRAIN_SOAK'] === '1' ? 20_000 : 500;

const values = fc.array(fc.oneof({ weight: 5, arbitrary: fc.nat(20) }, { weight: 2, arbitrary: fc.nat(5_000) }, fc.nat(2 ** 31 - 1)), {
  minLength: 1,
  maxLength: blockSize,
});

test('packed numbers are read as they were written, between other bytes, with their flag', () => {
  fc.assert(
    fc.property(values, fc.boolean(), fc.nat(9), (numbers, flag, before) => {
      const writer = new ByteWriter(4);
      for (let index = 0; index < before; index++) writer.byte(0xff);
      packIntegers(writer, Int32Array.from(numbers), numbers.length, flag);
      const end = writer.length;
      writer.word(0xffff_ffff);
      const bytes = writer.copy();
      const reader = new ByteReader(bytes, before, end);
      const into = new Int32Array(blockSize);
      expect(unpackIntegers(reader, new DataView(bytes.buffer), into, numbers.length)).toBe(flag);
      expect([...into.subarray(0, numbers.length)]).toEqual(numbers);
      expect(reader.left).toBe(0);
    }),
    { numRuns },
  );
});

test('equal small numbers take no more than their bits and one byte', () => {
  const writer = new ByteWriter();
  packIntegers(writer, new Int32Array(blockSize).fill(3), blockSize);
  expect(writer.length).toBe(1 + (blockSize * 2) / 8);
});
