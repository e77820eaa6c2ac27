import { hash } from 'node:crypto'
import { join } from 'node:path'
import { readJson, writeJson } from '../files.ts'
import { type Profile, stackFolder } from '../paths.ts'
import { freePort } from '../ports.ts'
import type { Ports } from './component.ts'

/**
 * Out of the way of `npm start`, and below the range from which systems give out ports to clients. Test stacks each have ports of their own: a server that is
 * killed on purpose leaves its port free for a while, and must not find another stack's server there afterwards, nor be taken for it.
 */
const shiftOf = (profile: Profile): number =>
  profile === 'dev' ? 0 : 12_000 + (Number.parseInt(hash('sha256', stackFolder(profile), 'hex').slice(0, 6), 16) % 900)

const remembered = async (file: string): Promise<Ports> => {
  const value = await readJson(file)
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([, port]) => typeof port === 'number'))
    : {}
}

let turn: Promise<unknown> = Promise.resolve()

/** Free ports for the labels: those of last time where they are free still, else the usual ones, else the next free ones. */
export const choosePorts = (profile: Profile, usual: Ports): Promise<Ports> => {
  const mine = turn.then(() => choose(profile, usual))
  turn = mine.catch(() => undefined)
  return mine
}

const choose = async (profile: Profile, usual: Ports): Promise<Ports> => {
  const file = join(stackFolder(profile), 'ports.json')
  const last = await remembered(file)
  const chosen: Ports = {}
  const shift = shiftOf(profile)
  for (const [label, port] of Object.entries(usual)) chosen[label] = await freePort(last[label] ?? port + shift)
  await writeJson(file, { ...(await remembered(file)), ...chosen })
  return chosen
}
