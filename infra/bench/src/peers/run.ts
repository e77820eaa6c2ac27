import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createDatabase, dropDatabase } from '@murmuration/database'
import { cachedFolder, cacheFolder } from '@murmuration/local'
import type { LoadOptions, Progress } from '../commands/options.ts'
import { measure as measureSagas } from '../sagas/run.ts'
import type { Subject } from '../setup/running.ts'
import type { PeerResult, Task } from './dbos.ts'
import { type PeersReport, reportOf } from './report.ts'

const execute = promisify(execFile)
const sources = join(import.meta.dirname, '..', '..', 'peers')
export const rates = [50, 100]

/** What the peers need, as their own lock says; made on first use. */
async function packages(): Promise<string> {
  const lock = await readFile(join(sources, 'package-lock.json'), 'utf8')
  return cachedFolder(cacheFolder(), `peers-${hash('sha256', lock, 'hex').slice(0, 12)}`, async (draft) => {
    for (const file of ['package.json', 'package-lock.json']) await copyFile(join(sources, file), join(draft, file))
    await execute('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: draft })
  })
}

/** DBOS Transact on a database of its own, dropped after. */
async function dbos(serverUrl: string, { seconds, clients }: LoadOptions): Promise<PeerResult> {
  const folder = await packages()
  const name = `bench_peers_${process.pid}`
  const { url } = await createDatabase(serverUrl, name)
  try {
    const task: Task = { packages: folder, databaseUrl: url, seconds, clients, rates }
    const { stdout } = await execute(process.execPath, [join(import.meta.dirname, 'dbos.ts'), JSON.stringify(task)])
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as PeerResult
  } finally {
    await dropDatabase(serverUrl, name)
  }
}

/** Ours, then theirs, on the same PostgreSQL. */
export async function measurePeers(subject: Subject, options: LoadOptions, say: Progress): Promise<PeersReport> {
  const ours = await measureSagas(subject, { ...options, rate: rates, keep: false, useRunning: false }, say)
  await subject.quieten()
  say('DBOS …')
  const theirs = await dbos(subject.postgresUrl, options)
  say('')
  return reportOf(ours, theirs)
}
