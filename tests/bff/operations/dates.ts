import { preview } from '../../../bff/operations/preview.ts'
import { retry } from '../../../bff/operations/retry.ts'
import type { Database } from '../../../db/connect.ts'
import type { OperationRow } from '../../../db/operations.ts'
import { plannedOperation } from '../../../db/planned.ts'
import { tenantId } from '../../tenant-id.ts'
import { erasingProvider } from './erasing.ts'
import { bound, type Scene, setScene } from './scene.ts'

export const HOUR = 60 * 60 * 1000
export const DAY = 24 * HOUR
/** The first moment of the day everything here is planned for. */
export const DUE = Date.UTC(2026, 11, 3)
export const ON_DATE = { when: 'on_date', date: '2026-12-03' }

/** A scene whose accounts can be erased on a date, with one service, `bob`. */
export async function setDatedScene(opened?: Database): Promise<Scene> {
  const scene = await setScene(erasingProvider, opened)
  await bound(scene, 'bob')
  return scene
}

/** Plans the erasing of a service's account, and suspends it. @returns the planned operation's id */
export async function plan(scene: Scene, service = 'bob'): Promise<string> {
  await scene.take('erase', ON_DATE, { service })
  await scene.pass(0)
  const row = await planned(scene, service)
  if (row === undefined) throw new Error('nothing was planned')
  return row.id
}

export function planned(scene: Scene, service = 'bob'): Promise<OperationRow | undefined> {
  return plannedOperation(scene.deps.db, tenantId('ten_1'), service)
}

/** Lets time pass until the planned day has come, and the runner look twice: once to begin it, once to carry it out. */
export async function dayComes(scene: Scene, late = 0): Promise<void> {
  scene.now = DUE + late
  await scene.pass(0)
}

/** Everything done to accounts, in order. */
export function calls(scene: Scene): string[] {
  return scene.panel.calls.map(({ step, account }) => `${step} ${account}`)
}

/** State, and why it waits. */
export async function standing(scene: Scene, id: string): Promise<string> {
  const { state, waiting } = await scene.operation(id)
  const code = waiting === null ? '' : String(JSON.parse(waiting).code)
  return `${state} ${code}`.trim()
}

/** Retries as a person does: with the preview read, the domain typed and every account ticked. */
export async function retryConfirmed(
  scene: Scene,
  id: string,
  input: Record<string, string>,
): ReturnType<typeof retry> {
  const { service, action } = await scene.operation(id)
  const shown = await preview(scene.deps, scene.caller(), service, action, input)
  if (shown.kind === 'problem') return shown
  return retry(
    scene.deps,
    scene.caller(),
    id,
    input,
    {
      digest: shown.digest,
      domain: `${service}.example`,
      accounts: shown.consequences.accounts.map(({ username }) => username),
    },
    `retry-${id}`,
  )
}
