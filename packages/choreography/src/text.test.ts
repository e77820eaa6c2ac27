import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detailOf, isStorable, keyOf, MAX_KEY_BYTES, storable } from './text.ts'

describe('text for a database', () => {
  it('is what it was where it can be stored', () => {
    for (const text of ['', 'plain', 'ü😀', '￾', '\x1b']) expect(storable(text)).toBe(text)
  })

  it('has NUL and halves of surrogate pairs escaped, whatever stands around them', () => {
    expect(storable('a\0b')).toBe('a\\u0000b')
    expect(storable('\ud83d')).toBe('\\ud83d')
    expect(storable('\ude00\ud83d😀')).toBe('\\ude00\\ud83d😀')
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => isStorable(storable(text))))
  })

  it('explains in no more than some thousand characters', () => {
    expect(detailOf(`\0${'x'.repeat(1_000_000)}`)).toMatch(/^\\u0000x{1999}… \(1000001 characters\)$/)
  })

  it('is looked for in names, too, however deep', () => {
    expect(isStorable({ a: [{ b: 'c', d: null, e: 1 }] })).toBe(true)
    for (const json of ['\0', { '\0': 1 }, [[{ a: { '\ud800': 1 } }]], { a: ['\udfff'] }]) expect(isStorable(json)).toBe(false)
  })
})

describe('a key', () => {
  it('is its text', () => {
    expect(keyOf(Buffer.from('ordér'))).toBe('ordér')
  })

  it('is none when it is empty: those without one have nothing in common', () => {
    expect(keyOf(Buffer.alloc(0))).toBeNull()
    expect(keyOf(null)).toBeNull()
  })

  it('stays another one than every other, and such that an index can hold it', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      fc.uint8Array({ minLength: MAX_KEY_BYTES - 1, maxLength: MAX_KEY_BYTES + 2 }),
      fc.constantFrom('\\xfffe', '\\x', '\\xff').map((text) => Uint8Array.from(Buffer.from(text))),
    )
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        const [a, b] = [keyOf(Buffer.from(one)), keyOf(Buffer.from(other))] as [string, string]
        expect(a === b).toBe(Buffer.compare(one, other) === 0)
        expect(isStorable(a)).toBe(true)
        expect(Buffer.byteLength(a)).toBeLessThan(2_704)
      }),
    )
    for (const [one, other] of [
      [
        [0xff, 0xfe],
        [0xfd, 0xfc],
      ],
    ] as const)
      expect(keyOf(Buffer.from(one))).not.toBe(keyOf(Buffer.from(other)))
  })
})
