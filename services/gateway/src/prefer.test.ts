import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { preferences, preferredWait } from './prefer.ts'

const waitOf = (prefer: string) => preferredWait({ prefer })

describe('how long a client wants to wait', () => {
  it.each([
    ['wait=5', 5],
    ['WAIT = 5', 5],
    ['wait="5"', 5],
    ['respond-async, wait=5', 5],
    ['respond-async,wait=5;foo="a, wait=9"', 5],
    ['handling=lenient; wait=7, wait=5', 5],
    ['foo="bar, wait=9", wait=5', 5],
    [',, wait=5,', 5],
    ['wait=0', 0],
    ['wait=3, wait=5', 3],
    ['wait=30', 30],
    ['wait=31', 30],
    ['wait=99999999999999999999999', 30],
  ])('reads %s', (prefer, seconds) => {
    expect(waitOf(prefer)).toBe(seconds)
  })

  it.each([
    '',
    'wait',
    'wait=',
    'wait=1e9',
    'wait=5abc',
    'wait=-5',
    'wait=+5',
    'wait=5.0',
    'wait=0x10',
    'wait="',
    'wait=" 5"',
    'foo; wait=5',
  ])('does not wait for %s', (prefer) => {
    expect(waitOf(prefer)).toBeUndefined()
  })

  it.each(['foo="wait=5', 'foo="bar, wait=9', 'foo="bar\\', 'foo="a\\", wait=5"', 'foo=(wait=5', 'await=5', 'wait-5'])(
    'takes nothing out of %s',
    (prefer) => {
      expect(waitOf(prefer)).toBeUndefined()
    },
  )
})

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,10}$/)
const word = fc.oneof(token, fc.stringMatching(/^[\t -~]{1,12}$/))
const written = (text: string) => (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`)

it('reads back every list of preferences, whatever their values and parameters hold', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(token, word, fc.array(fc.tuple(token, word), { maxLength: 2 })), { maxLength: 5 }), (list) => {
      const header = list
        .map(([name, value, parameters]) => [[name, value], ...parameters].map(([n = '', v = '']) => `${n}=${written(v)}`).join('; '))
        .join(', ')
      const first = new Map<string, string>()
      for (const [name, value] of list) if (!first.has(name.toLowerCase())) first.set(name.toLowerCase(), value)
      expect(preferences(header)).toEqual(first)
    }),
  )
})

it('takes any header at all, in time that grows with its length', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (header) => void preferences(header)))
  const start = performance.now()
  for (const part of ['"', '\\"', '; ', 'a= ;', '" ', ',"', '; a'])
    for (const before of ['', 'a', '"']) preferences(`${before}${part.repeat(16_000 / part.length)}(`)
  expect(performance.now() - start).toBeLessThan(500)
})
