import { describe, expect, test } from 'vitest';
import { confidenceOf, type JudgedQuestion, relevanceOf } from './confidence.ts';

const result = (text: string, path = 'src/a.ts', symbol = '') => ({ text, path, symbol });
const question = (terms: string[], more: Partial<JudgedQuestion> = {}): JudgedQuestion => ({
  terms,
  prefixes: [],
  wholeName: undefined,
  ...more,
});
const asked = question(['kubernet', 'oper', 'reconcil', 'loop']);

describe('the relevance of an answer', () => {
  test('is low when the results have one common word of four', () => {
    expect(confidenceOf(relevanceOf([result('for loop of the parser')], asked))).toBe('low');
  });

  test('is high when a result has most words, some of them in its name', () => {
    const best = result('kubernetes operators reconcile in a loop', 'pkg/reconcile.go', 'Operator.reconcile');
    expect(confidenceOf(relevanceOf([best], asked))).toBe('high');
  });

  test('rises with every word of the question that a result has', () => {
    const texts = ['loop', 'loop operator', 'loop operator reconcile', 'loop operator reconcile kubernetes'];
    const values = texts.map((text) => relevanceOf([result(text)], asked));
    expect(values).toEqual(values.toSorted((left, right) => left - right));
    expect(new Set(values).size).toBe(4);
  });

  test('is that of the best result, and of a name that is found as a whole at least high', () => {
    const name = question(['acquirelock', 'acquir', 'lock'], { wholeName: 'acquirelock' });
    expect(relevanceOf([result('nothing'), result('acquireLock()')], name)).toBeGreaterThanOrEqual(0.75);
    expect(confidenceOf(relevanceOf([result('lock')], name))).toBe('low');
  });

  test('counts a word that begins as asked', () => {
    const prefixed = question([], { prefixes: ['seriali'] });
    expect(relevanceOf([result('seriali2er')], prefixed)).toBeGreaterThan(relevanceOf([result('parser')], prefixed));
  });

  test('of a result with every word is at least medium', () => {
    expect(confidenceOf(relevanceOf([result('the loop')], question(['loop'])))).toBe('medium');
  });

  test('of nothing is 0', () => {
    expect(relevanceOf([], asked)).toBe(0);
    expect(relevanceOf([result('loop')], question([]))).toBe(0);
  });
});
