import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { recordEdges } from './tally.ts'

const folder = mkdtempSync(join(tmpdir(), 'murmuration-tally-'))
afterAll(() => rm(folder, { recursive: true }))

it('keeps what a suite has seen before', () => {
  const edge = (to: string) => ({ from: { kind: 'timer', name: 't' }, service: 's', to }) as const
  recordEdges('one', { messages: [edge('B')], spans: [edge('C')] }, folder)
  recordEdges('one', { messages: [edge('A'), edge('B')] }, folder)
  expect(JSON.parse(readFileSync(join(folder, 'one.json'), 'utf8'))).toEqual({
    messages: ['timer t → s → A', 'timer t → s → B'],
    spans: ['timer t → s → C'],
  })
})
