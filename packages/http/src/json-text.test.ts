import { expect, it } from 'vitest'
import { jsonFault } from './json-text.ts'

it('lets ordinary JSON pass', () => {
  const text = JSON.stringify({ a: [{ b: 'x:"y\\', c: { a: 1 } }, 'a', 'a'], 'ü"': null, '\\u0000': 'a \\ b', e: '😀' }, null, 2)
  expect(jsonFault(text, 5)).toBeUndefined()
})

it.each([
  ['{"a":1,"a":2}', 'duplicate_key'],
  ['{"a":1,"\\u0061" : 2}', 'duplicate_key'],
  ['[{"x":{"a":1,"b":[],"a":2}}]', 'duplicate_key'],
  ['{"__proto__":1}', 'forbidden_key'],
  ['{"a":{"\\u005f_proto__":1}}', 'forbidden_key'],
  ['{"a":"\\u0000"}', 'forbidden_character'],
  ['{"a\\u0000":1}', 'forbidden_character'],
  ['["\\ud800"]', 'forbidden_character'],
  ['[[[[[1]]]]]', 'too_deep'],
])('refuses %s', (text, fault) => {
  expect(jsonFault(text, 4)).toBe(fault)
})

it('is quick with a hundred kilobytes of nesting', () => {
  const start = performance.now()
  expect(jsonFault('['.repeat(100_000), 20)).toBe('too_deep')
  expect(jsonFault('"'.repeat(100_001), 20)).toBeUndefined()
  expect(performance.now() - start).toBeLessThan(200)
})
