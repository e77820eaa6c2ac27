import { expect, it } from 'vitest'
import { bookmarkOf, idOf, nameOf } from './bookmark.ts'

it('reads what it wrote', () => {
  const bookmark = { last: '019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a02', counts: [2, 1, 1, 0, 0, 0] }
  expect(idOf(bookmark)).toBe('019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a02:2.1.1.0.0.0')
  expect(bookmarkOf(idOf(bookmark))).toEqual(bookmark)
})

it('names any foreign id by something short that fits into a header', () => {
  for (const id of ['x'.repeat(10_000), 'a\nb', '\u{1F426}', 'a:b', '']) {
    expect(nameOf(id)).toMatch(/^[\w-]{43}$/)
    expect(bookmarkOf(idOf({ last: nameOf(id), counts: [1] }))?.last).toBe(nameOf(id))
  }
  expect(nameOf('a\nb')).not.toBe(nameOf('a\nc'))
})

it.each([
  undefined,
  '',
  'nonsense',
  '019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a02',
  '019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a02:end',
  'a:-1',
  'a:1.',
  'a:1e3',
  'a:9999999',
  `a:${'1.'.repeat(20)}1`,
  `${'x'.repeat(65)}:1`,
  `a:${'1'.repeat(8000)}`,
  ['a:1', 'b:1'],
])('knows %j for none of its own', (id) => {
  expect(bookmarkOf(id)).toBeUndefined()
})
