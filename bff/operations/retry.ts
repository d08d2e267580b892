import { operationById, operationByKey, stepsOfOperation } from '../../db/operations.ts'
import type { Confirmation } from '../contract/action.ts'
import { type Input, inputValuesSchema, shownInput } from '../contract/dialect.ts'
import type { Caller } from './caller.ts'
import type { EngineDeps } from './deps.ts'
import { inputDocument } from './digest.ts'
import { admit, type Refusal, refusal, stepUpRefused } from './preview.ts'
import { retryAllowed } from './retry-rule.ts'
import { type Accepted, confirmationRefused, insertOperation } from './submit.ts'

/**
 * Retries an operation as a new one, in one write (DESIGN §6): the old one is resolved as retried, steps already done
 * are skipped by the new one. Secrets and confirmation come afresh.
 *
 * @param input what replaces values of the old input; secrets must be among them
 */
export async function retry(
  deps: EngineDeps,
  caller: Caller,
  id: string,
  input: Input,
  confirmation: Confirmation | undefined,
  key: string,
): Promise<Accepted | Refusal> {
  const old = await operationById(deps.db, caller.tenant, id)
  if (old === undefined) return refusal('not_found')
  const merged = { ...inputValuesSchema.parse(JSON.parse(old.input)), ...input }
  const document = `retry:${id}:${inputDocument(caller.tenant, old.service, old.action, merged)}`
  const repeated = await operationByKey(deps.db, caller.tenant, caller.subject, key)
  if (repeated !== undefined) {
    return deps.matches(document, repeated.fingerprint)
      ? {
          kind: 'accepted',
          operation: repeated,
          steps: await stepsOfOperation(deps.db, repeated),
        }
      : refusal('key_reused')
  }
  const stale = stepUpRefused(caller, old.action)
  if (stale !== undefined) return stale
  const steps = await stepsOfOperation(deps.db, old)
  if (!retryAllowed(old, steps, deps.clock.now())) return refusal('not_possible_now')
  const admitted = await admit(deps, caller, old.service, old.action, merged, true)
  if (admitted.kind === 'problem') return admitted
  const { action, context } = admitted
  if (action.kind !== 'change') return refusal('not_found')
  // What a new answer has put out of the form is not part of what was confirmed.
  const shown = shownInput(action.form(context.situation), merged)
  const refused = confirmationRefused(action, context, confirmation, deps.clock.now())
  if (refused !== undefined) return refused
  return insertOperation(
    deps,
    caller,
    { service: old.service, action: old.action, input: shown, confirmation, key },
    action,
    context,
    document,
    old,
  )
}
