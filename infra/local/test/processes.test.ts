import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endAll } from '../src/process/end.ts'
import { bornAt, isAlive } from '../src/process/identity.ts'
import { launch, stackMark } from '../src/process/launch.ts'
import { livingRecord, livingRecords, writeRecord } from '../src/process/records.ts'
import { sandbox } from './sandbox.ts'

let stack: string
let clear: () => Promise<void>

beforeAll(async () => {
  ;({ stack, clear } = await sandbox())
})
afterAll(() => clear())

const sleeper = (name: string, script = 'setInterval(() => {}, 1000)') =>
  launch({
    stack,
    name,
    kind: 'service',
    command: process.execPath,
    args: ['-e', script],
    cwd: process.cwd(),
    env: process.env,
    logFile: join(stack, 'logs', `${name}.log`),
    graceMs: 400,
  })

describe('started processes', () => {
  it('are found again by a later run and ended', async () => {
    const { record } = await sleeper('one')
    expect(await livingRecord(stack, 'one')).toEqual(record)
    expect(await endAll(stack)).toEqual(['one'])
    expect(await isAlive(record)).toBe(false)
    expect(await livingRecords(stack)).toEqual([])
  })

  it('are killed when they do not heed the request', async () => {
    const { record } = await sleeper('deaf', 'process.on("SIGTERM", () => {}); process.stdout.write("up"); setInterval(() => {}, 1000)')
    await endAll(stack)
    expect(await isAlive(record)).toBe(false)
  })

  it('are ended even when they are stopped', async () => {
    const { record } = await sleeper('stopped')
    process.kill(record.pid, 'SIGSTOP')
    await endAll(stack)
    expect(await isAlive(record)).toBe(false)
  })

  it('take their children along', async () => {
    const script = `const c = require('node:child_process').spawn('sleep', ['60']); console.log(c.pid); setInterval(() => {}, 1000)`
    const { record } = await sleeper('parent', script)
    const child = await childOf(record.pid)
    await endAll(stack)
    expect(await bornAt(child)).toBeUndefined()
  })
})

describe('a pid that another process has by now', () => {
  it('is never killed, and its record is forgotten', async () => {
    const innocent = spawn('sleep', ['60'], { stdio: 'ignore' })
    await once(innocent, 'spawn')
    const pid = innocent.pid ?? 0
    await writeRecord(stack, { name: 'stale', kind: 'infra', pid, born: 'another time', stopSignal: 'SIGTERM', graceMs: 100 })
    expect(await endAll(stack)).toEqual([])
    expect(await bornAt(pid)).toBeDefined()
    innocent.kill('SIGKILL')
    await once(innocent, 'exit')
  })
})

describe('a process whose starter died before it could write the record', () => {
  it.runIf(process.platform === 'linux')('is found by its mark and ended', async () => {
    const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: 'ignore',
      env: { ...process.env, [stackMark]: stack },
    })
    await once(orphan, 'spawn')
    const gone = once(orphan, 'exit')
    expect(await endAll(stack)).toEqual([`pid-${orphan.pid}`])
    await gone
  })
})

describe('a damaged record', () => {
  it('does not get in the way', async () => {
    await writeFile(join(stack, 'processes', 'broken.json'), '{"pid":')
    expect(await livingRecords(stack)).toEqual([])
  })
})

const childOf = async (pid: number): Promise<number> => {
  const { readFile } = await import('node:fs/promises')
  for (;;) {
    const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')).trim()
    if (children !== '') return Number(children.split(' ')[0])
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
