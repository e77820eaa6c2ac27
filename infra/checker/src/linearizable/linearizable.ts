import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { cacheFolder, goProgram } from '@murmuration/local'
import type { StockOperation } from './operation.ts'

export type Verdict = 'ok' | 'illegal' | 'unknown'

export interface SkuVerdict {
  readonly sku: string
  readonly operations: number
  /** `unknown`: the time was up before an order was found or excluded. */
  readonly result: Verdict
  /** An HTML page that shows how far an order could be found, where it is not ok. */
  readonly picture?: string
}

export interface Linearizability {
  /** How many histories got which verdict. */
  readonly verdicts: Readonly<Record<Verdict, number>>
  readonly skus: readonly SkuVerdict[]
}

const sources = join(import.meta.dirname, '../../porcupine')

// Named after its source: a changed one is built anew.
const binary = (note: (text: string) => void): Promise<string> => {
  const version = hash('sha256', readFileSync(join(sources, 'main.go'))).slice(0, 12)
  return goProgram(
    cacheFolder(),
    { name: `porcupine-1.3.1-${version}`, binary: 'porcupine', sources, program: '.', files: ['main.go'] },
    note,
  )
}

/**
 * Whether there is an order of the operations in which each took place within its time and saw what the ones before it left: so that the stock
 * behaved as if one after the other had touched it. Porcupine decides, with an equal share of the time for each sku; it is built with Go on first use.
 *
 * @param options.pictures folder for the pictures of what is not ok; emptied before
 * @throws MissingPrerequisite when there is no Go
 */
export async function checkLinearizable(
  operations: readonly StockOperation[],
  { timeoutMs, pictures, note = () => {} }: { timeoutMs: number; pictures: string; note?: (text: string) => void },
): Promise<Linearizability> {
  const command = await binary(note)
  await rm(pictures, { recursive: true, force: true })
  await mkdir(pictures, { recursive: true })
  const child = spawn(command, { stdio: ['pipe', 'pipe', 'pipe'] })
  const answers = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  child.stdin.end(JSON.stringify({ timeoutMs, pictures, operations }))
  const [told, complaint, [code]] = await answers
  if (code !== 0) throw new Error(`Porcupine ended with ${code}: ${complaint}`)
  const skus = JSON.parse(told) as SkuVerdict[]
  const count = (verdict: Verdict) => skus.filter(({ result }) => result === verdict).length
  return { verdicts: { ok: count('ok'), illegal: count('illegal'), unknown: count('unknown') }, skus }
}
