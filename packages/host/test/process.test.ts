import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'host-'))
const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Line {
  readonly level: string
  readonly service: string
  readonly msg: string
  readonly url?: string
  readonly err?: { readonly message: string }
}

let runs = 0

/** A process that hosts the services of `fixtures/services` with these names. */
function hosting(names: readonly string[], env: Record<string, string> = {}) {
  const told = join(folder, String(runs++))
  const args = ['--import', '@murmuration/telemetry/register', 'src/main.ts', '--from', join(import.meta.dirname, 'fixtures', 'services')]
  const child = spawn(process.execPath, [...args, ...names], {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env['PATH'], TOLD: told, GREETING: 'hello', LOG_LEVEL: 'info', ...env },
  })
  running.push(child)
  const said = { out: '', err: '' }
  child.stdout.on('data', (data: Buffer) => (said.out += data.toString()))
  child.stderr.on('data', (data: Buffer) => (said.err += data.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const lines = (): Line[] =>
    said.out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line)
  const urlOf = async (name: string): Promise<string> => {
    await expect.poll(() => lines().find(({ service, msg }) => service === name && msg === 'ready'), { timeout: 10_000 }).toBeDefined()
    return lines().find(({ service, msg }) => service === name && msg === 'ready')?.url ?? ''
  }
  return { child, ended, said, lines, urlOf, told: () => (existsSync(told) ? readFileSync(told, 'utf8').trim().split('\n') : []) }
}

describe('a process that hosts several services', () => {
  it('serves each on its own port, with settings of its own, and says of each that it is ready', async () => {
    const { urlOf, ended, child, said } = hosting(['edge', 'steady'], { GREETING: 'for all', STEADY__GREETING: 'for steady' })
    const urls = [await urlOf('edge'), await urlOf('steady')]
    expect(new Set(urls).size).toBe(2)
    expect(await (await fetch(`${urls[1]}/greeting`)).json()).toEqual({ greeting: 'for steady' })
    expect((await fetch(`${urls[0]}/greeting`)).status).toBe(404)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(said.err).toBe('')
  })

  it('stops the edge before the others, and closes what a service has opened in reverse', async () => {
    const { urlOf, ended, child, told } = hosting(['steady', 'edge'])
    await Promise.all([urlOf('edge'), urlOf('steady')])
    child.kill('SIGTERM')
    await ended
    expect(told()).toEqual(['edge drains', 'edge closes', 'steady closes what it opened last', 'steady closes what it opened first'])
  })

  // fault: bad neighbour
  it('ends whole, in order and with code 1, when one of them cannot go on, and names it', async () => {
    const { urlOf, ended, lines, told } = hosting(['steady', 'edge'])
    await urlOf('edge')
    await fetch(`${await urlOf('steady')}/fatal`, { method: 'POST' })
    expect(await ended).toBe(1)
    const fatal = lines().find(({ level }) => level === 'fatal')
    expect(fatal).toMatchObject({ service: 'steady', msg: 'the service cannot go on', err: { message: 'the consumer is gone' } })
    expect(told()).toContain('edge closes')
  })

  // fault: bad neighbour
  it('ends with code 1 when one does not start, names it and why, and leaves nothing of the others half started', async () => {
    const { ended, lines, told } = hosting(['steady', 'broken', 'hanging'])
    expect(await ended).toBe(1)
    const fatal = lines().filter(({ level }) => level === 'fatal')
    expect(fatal).toMatchObject([{ service: 'broken', err: { message: 'relation "orders" does not exist' } }])
    expect(told().toSorted()).toEqual([
      'broken closes its pool',
      'hanging closes its pool',
      'steady closes what it opened first',
      'steady closes what it opened last',
    ])
  })

  it('does not start with a port that somebody else has', async () => {
    const first = hosting(['steady'])
    const { port } = new URL(await first.urlOf('steady'))
    const second = hosting(['edge', 'steady'], { STEADY__PORT: port })
    expect(await second.ended).toBe(1)
    expect(second.lines().find(({ level }) => level === 'fatal')).toMatchObject({ service: 'steady' })
  })
})

describe('what cannot be hosted so', () => {
  // fault: bad host
  it('is told in one message, by service, with exit code 2, and nothing is started', async () => {
    const env = { GREETING: '', PORT: '23456', EDGE__HOST: '', BROKEN__PORT: 'ninety' }
    const { ended, said, told } = hosting(['steady', 'edge', 'nowhere', 'broken', 'unloadable', 'edge', 'hanging'], env)
    expect(await ended).toBe(2)
    expect(said.err.trimEnd().split('\n')).toEqual([
      'Nothing is started:',
      '  nowhere: there is no such service; there are broken, edge, hanging, steady, unloadable',
      '  unloadable: cannot be loaded: a syntax error, say',
      '  steady: GREETING: expected string, got nothing',
      '  broken: PORT: expected number, got string',
      '  edge: is asked for twice',
      '  edge, hanging: PORT: expected one for each, got 23456 for all of them',
    ])
    expect([said.out, told()]).toEqual(['', []])
  })

  it('is also no service at all', async () => {
    const { ended, said } = hosting([])
    expect(await ended).toBe(2)
    expect(said.err).toContain('no service is named')
  })
})
