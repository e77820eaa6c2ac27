import { mkdtempSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { coverageOf } from '../src/coverage/compensations.ts'
import { compensationsPage } from '../src/coverage/compensations-page.ts'
import { faultProblems, faultRows, faultsPage } from '../src/coverage/fault-rows.ts'
import { type NotedTest, notedTests } from '../src/coverage/tests.ts'
import { map } from './evidence.ts'

const folder = mkdtempSync(join(tmpdir(), 'murmuration-coverage-'))
afterAll(() => rm(folder, { recursive: true }))
const plant = async (file: string, text: string) => {
  await mkdir(dirname(join(folder, file)), { recursive: true })
  await writeFile(join(folder, file), text)
}
const test = (undone: NotedTest['undone'], rows: NotedTest['rows'] = []): NotedTest => ({
  file: 'a.test.ts',
  title: 'a test',
  undone,
  rows,
})
// Notes for every cell that is not impossible, so that one can be taken away.
const full = coverageOf(map, []).cells.flatMap(({ effect, failure, impossible }) =>
  impossible === undefined ? [test([{ by: failure, effects: [effect] }])] : [],
)

describe('notes above tests', () => {
  it('are read with the title of the test below them', async () => {
    await plant(
      'services/order/test/one.test.ts',
      [
        '// undone by CancelOrder: OrderPlaced, StockReserved',
        '// rows 13, 14',
        "it('gives all back', () => {})",
        'describe("more", () => {',
        '  // fault: Redis killed',
        "  it.each([['a', 1]])('goes on with %s', () => {})",
        "  it('fault: clock of one service: no early expiry', () => {})",
        "  it('shows nothing of that', () => {})",
        '})',
      ].join('\n'),
    )
    const file = 'services/order/test/one.test.ts'
    expect(notedTests(folder)).toEqual([
      { file, title: 'gives all back', undone: [{ by: 'CancelOrder', effects: ['OrderPlaced', 'StockReserved'] }], rows: ['13', '14'] },
      { file, title: 'goes on with %s', undone: [], rows: ['Redis killed'] },
      { file, title: 'fault: clock of one service: no early expiry', undone: [], rows: ['clock of one service: no early expiry'] },
    ])
  })

  it('must have a test below them', async () => {
    await plant('services/order/test/two.test.ts', '// row 13\nconst nothing = 1\n')
    expect(() => notedTests(folder)).toThrow('services/order/test/two.test.ts:2: a note of what a test shows has no test below it')
  })
})

describe('the coverage of undoing', () => {
  it('takes effects and points of failure from the subscriptions', () => {
    const { effects, failures } = coverageOf(map, [])
    expect(effects).toEqual(expect.arrayContaining(['OrderPlaced', 'StockReserved', 'StockCommitted', 'PaymentCaptured']))
    expect(failures).toEqual(expect.arrayContaining(['StockRejected', 'CancelOrder', 'FailOrder', 'reservation-expires', 'RequestRefund']))
  })

  it('has no problem when each cell has a test or a reason', () => {
    expect(coverageOf(map, full).problems).toEqual([])
  })

  it('names an empty cell', () => {
    expect(coverageOf(map, full.slice(1)).problems).toEqual([expect.stringMatching(/^no test notes to undo \w+ by [\w-]+/)])
  })

  it('names a note of what does not exist, and one of what is declared impossible', () => {
    const wrong = [
      test([{ by: 'Rain', effects: ['OrderPlaced'] }]),
      test([{ by: 'CancelOrder', effects: ['Sun'] }]),
      test([{ by: 'StockRejected', effects: ['OrderPaid'] }]),
    ]
    expect(coverageOf(map, [...full, ...wrong]).problems).toEqual([
      expect.stringContaining('OrderPaid × StockRejected is declared impossible'),
      expect.stringContaining('nothing is undone by Rain'),
      expect.stringContaining('nothing undoes Sun'),
    ])
  })

  it('is drawn as a table that points to the tests', () => {
    const page = compensationsPage(coverageOf(map, full))
    expect(page).toMatch(/\| \*\*OrderPlaced\*\* \|.*\[\d+\]/)
    expect(page).toContain('1. `a.test.ts`: a test')
  })
})

describe('the fault rows', () => {
  const all = faultRows.flatMap(({ id, later }) => (later === undefined ? [test([], [id])] : []))
  it('have no problem when a test names each', () => {
    expect(faultProblems(all)).toEqual([])
    expect(faultsPage(all)).toContain('| 13 | 50 buyers of the last unit → one wins | `a.test.ts`: a test |')
  })
  it('names one that no test names, and a name that means none', () => {
    expect(faultProblems([...all.filter(({ rows }) => !rows.includes('13')), test([], ['earthquake'])])).toEqual([
      expect.stringContaining('no test names 13'),
      expect.stringContaining('there is no row earthquake'),
    ])
  })
})
