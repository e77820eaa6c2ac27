import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One function in a stack, as V8's profiles have it. */
export interface Frame {
  readonly name: string
  /** `file://…`, `node:…`, or empty for V8's own. */
  readonly url: string
}

/** A stack, outermost frame first, and the CPU that was seen in its last one, in microseconds. */
export interface Stack {
  readonly frames: readonly Frame[]
  readonly micros: number
}

interface Node {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
  readonly children?: readonly number[]
}

/** What `node --cpu-prof` writes. Times are microseconds of the machine's monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly Node[]
  readonly startTime: number
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const idle = new Set(['(idle)'])

/** The stacks seen between two moments of the machine's monotonic clock (ms, as `process.hrtime` counts); idle time is left out. */
export function stacksOf(profile: CpuProfile, { from, to }: Window): Stack[] {
  const spent = new Map<number, number>()
  let at = profile.startTime
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0
    at += delta
    if (at >= from * 1000 && at <= to * 1000 && delta > 0) spent.set(id, (spent.get(id) ?? 0) + delta)
  }
  const byId = new Map(profile.nodes.map((node) => [node.id, node]))
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child): [number, number] => [child, id])))
  const framesTo = (id: number): Frame[] => {
    const frames: Frame[] = []
    for (let each: number | undefined = id; each !== undefined; each = parents.get(each)) {
      const { functionName = '', url = '' } = byId.get(each)?.callFrame ?? {}
      if (functionName !== '(root)') frames.unshift({ name: functionName || '(anonymous)', url })
    }
    return frames
  }
  return [...spent].map(([id, micros]) => ({ frames: framesTo(id), micros })).filter(({ frames }) => !idle.has(frames.at(-1)?.name ?? ''))
}

/** Milliseconds of the machine's monotonic clock. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** This moment on that clock, which all processes share. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000

const entry = /\/services\/(\w+)\/src\/(provider\/)?main\.ts$/
const hostEntry = /\/packages\/host\/src\/main\.ts$/

/** Which process wrote the profile: the one whose entry file is in it. */
export function processOf({ nodes }: CpuProfile): string {
  for (const { callFrame } of nodes) {
    if (hostEntry.test(callFrame.url)) return 'flock'
    const found = entry.exec(callFrame.url)
    if (found) return found[2] === undefined ? (found[1] ?? '') : 'provider'
  }
  return 'other'
}

/** The stacks of all profiles in a folder, by process. */
export async function readProfiles(folder: string, window: Window): Promise<Map<string, Stack[]>> {
  const stacks = new Map<string, Stack[]>()
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.cpuprofile')) continue
    const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile
    const name = processOf(profile)
    stacks.set(name, [...(stacks.get(name) ?? []), ...stacksOf(profile, window)])
  }
  return stacks
}
