import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readyUrl } from '../src/services/ready-line.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'murmuration-ready-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const log = async (content: string): Promise<string> => {
  const file = join(folder, 'x.log')
  await writeFile(file, content)
  return file
}

const line = '{"level":30,"msg":"ready","url":"http://127.0.0.1:9003"}\n'

it('finds where a service is ready among its other lines', async () => {
  expect(await readyUrl(await log(`{"msg":"not ready"}\nplain "ready" text\n${line}`), 0)).toBe('http://127.0.0.1:9003')
})

it('does not take the line of the process before', async () => {
  const file = await log(line)
  expect(await readyUrl(file, line.length)).toBeUndefined()
})

it('waits for the whole line', async () => {
  expect(await readyUrl(await log(line.slice(0, 40)), 0)).toBeUndefined()
})
