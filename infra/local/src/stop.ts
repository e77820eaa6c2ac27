import { composeDown } from './infra/compose.ts'
import { type Profile, stackFolder } from './paths.ts'
import { endAll } from './process/end.ts'
import { readState, updateState } from './state.ts'

/**
 * Ends everything that the profile's stack started: supervisor, services, infrastructure, also of a run that crashed.
 * What came from addresses in the environment is left alone.
 *
 * @returns the names of what was ended
 */
export const stopStack = async (profile: Profile): Promise<string[]> => {
  const state = await readState(profile)
  const ended = await endAll(stackFolder(profile))
  const containers = Object.entries(state.infra).filter(([, entry]) => entry.how === 'compose')
  if (containers.length > 0) await composeDown(profile)
  await updateState(profile, ({ infra: _infra, services: _services, phase: _phase, ...kept }) => ({ ...kept, infra: {}, services: {} }))
  return [...ended, ...containers.map(([name]) => name)]
}
