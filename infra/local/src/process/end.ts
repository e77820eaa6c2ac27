import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { bornAt, type Identity, isAlive } from './identity.ts'
import { stackMark } from './launch.ts'
import { kinds, livingRecords, type ProcessRecord, removeRecord } from './records.ts'

/** Signals the process's group, or the process alone when it leads none. */
export const signal = (pid: number, name: NodeJS.Signals): void => {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, name)
      return
    } catch {
      // Gone, or no group leader.
    }
  }
}

const goneWithin = async (identity: Identity, ms: number): Promise<boolean> => {
  const deadline = Date.now() + ms
  do {
    if (!(await isAlive(identity))) return true
    await sleep(25)
  } while (Date.now() < deadline)
  return false
}

/** Asks the process to end, and kills it when it has not done so in time. Never touches a pid that another process has by now. */
export const endProcess = async (stack: string, record: ProcessRecord): Promise<void> => {
  if (await isAlive(record)) {
    signal(record.pid, record.stopSignal)
    // One that is stopped (SIGSTOP) would not see the request.
    signal(record.pid, 'SIGCONT')
    if (!(await goneWithin(record, record.graceMs)) && (await isAlive(record))) {
      signal(record.pid, 'SIGKILL')
      await goneWithin(record, 5000)
    }
  }
  await removeRecord(stack, record.name, record.pid)
}

/** Linux only: processes that carry the stack's mark though no record speaks of them (their starter died between the two). */
const unrecorded = async (stack: string): Promise<ProcessRecord[]> => {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number)
  const mark = `\0${stackMark}=${stack}\0`
  const found = await Promise.all(
    pids.map(async (pid): Promise<ProcessRecord | undefined> => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
      if (pid === process.pid || !`\0${environment}`.includes(mark)) return undefined
      const born = await bornAt(pid)
      return born === undefined ? undefined : { name: `pid-${pid}`, kind: 'service', pid, born, stopSignal: 'SIGTERM', graceMs: 5000 }
    }),
  )
  return found.filter((record) => record !== undefined)
}

/** Ends a stack's processes: the supervisor, then services, then infrastructure; `spare` are kinds that stay. */
export const endAll = async (stack: string, { spare = [] }: { spare?: ProcessRecord['kind'][] } = {}): Promise<string[]> => {
  const ended: string[] = []
  for (const kind of kinds.filter((one) => !spare.includes(one))) {
    const records = (await livingRecords(stack)).filter((record) => record.kind === kind && record.pid !== process.pid)
    await Promise.all(records.map((record) => endProcess(stack, record)))
    ended.push(...records.map((record) => record.name))
  }
  const kept = new Set((await livingRecords(stack)).map((record) => record.pid))
  if (spare.length === 0) {
    const strays = (await unrecorded(stack)).filter((record) => !kept.has(record.pid))
    await Promise.all(strays.map((record) => endProcess(stack, record)))
    ended.push(...strays.map((record) => record.name))
  }
  return ended
}
