// Loaded by `node --import @murmuration/telemetry/register`: hooks first, as only modules imported after them can be patched.
import { installHooks, withoutUnused } from './hooks.ts'

installHooks()
const { startSdk } = await withoutUnused(() => import('./sdk.ts'))
await startSdk()
