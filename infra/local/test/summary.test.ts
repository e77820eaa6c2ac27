import { describe, expect, it } from 'vitest'
import { concerned } from '../src/commands/watch.ts'
import { outcomeOf, summary } from '../src/tests/summary.ts'

const report = (passed: number, failed: string[] = []) => ({
  numPassedTests: passed,
  testResults: [
    {
      name: 'a.test.ts',
      status: failed.length > 0 ? 'failed' : 'passed',
      assertionResults: failed.map((fullName) => ({ status: 'failed', fullName, failureMessages: ['Error: 3 pieces\n    at x.ts:1'] })),
    },
  ],
})

describe('the sum of all tests', () => {
  it('counts what passed and ends with the line that scripts read', () => {
    const { text, exitCode } = summary([outcomeOf('a', report(3)), outcomeOf('b', report(4))], 0)
    expect(text).toBe('7 passed, 0 failed')
    expect(exitCode).toBe(0)
  })

  it('names what failed, and says why in a line', () => {
    const { text, exitCode } = summary([outcomeOf('a', report(3, ['stock is released']))], 0)
    expect(text).toBe('  ✗ a: stock is released (Error: 3 pieces)\n3 passed, 1 failed')
    expect(exitCode).toBe(1)
  })

  it.each([
    ['a missing report', undefined],
    ['a damaged report', 'nonsense'],
    ['no tests', report(0)],
    [
      'a file that does not load',
      { numPassedTests: 2, testResults: [{ name: 'x.test.ts', status: 'failed', message: 'cannot find y', assertionResults: [] }] },
    ],
  ])('takes %s as a failure', (_what, content) => {
    expect(outcomeOf('a', content).failed).toBe(1)
    expect(summary([outcomeOf('a', content)], 0).exitCode).toBe(1)
  })

  it('is a failure when there is nothing at all, or when something failed before', () => {
    expect(summary([], 0)).toEqual({ text: '0 passed, 1 failed', exitCode: 1 })
    expect(summary([outcomeOf('a', report(3))], 1)).toEqual({ text: '3 passed, 1 failed', exitCode: 1 })
  })
})

describe('a changed source', () => {
  const names = ['order', 'channel', 'provider']

  it.each([
    ['services/order/src/main.ts', ['order']],
    ['services/channel/src/provider/book.ts', ['channel', 'provider']],
    ['packages/http/src/index.ts', names],
    ['services/order/src/domain/order.test.ts', []],
    ['services/order/node_modules/.vite/x.json', []],
    ['docs/terms.md', []],
  ])('%s restarts %j', (file, expected) => {
    expect(concerned(file, names)).toEqual(expected)
  })
})
