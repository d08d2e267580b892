import { configurationObserved, configurationRow } from '../../db/configurations.ts'
import type { TenantId } from '../contract/ids.ts'
import { type Refusal, refused } from '../contract/refusal.ts'
import { logged } from '../log/append.ts'
import type { StoredActor } from '../log/stored-actor.ts'
import type { Rights, TestOutcome } from '../providers/provider.ts'
import type { ConfigurationDeps } from './deps.ts'
import { getConfiguration } from './list.ts'
import type { ConfigurationView, StoredTest } from './view.ts'

/**
 * Connects as the configuration says and remembers what came of it, and what its token may do. Works on a disabled
 * configuration too: that is how one is tried before it is let loose.
 *
 * @returns a refusal `not_found`, or `not_possible_now` when its token cannot be unsealed
 */
export async function testConfiguration(
  deps: ConfigurationDeps,
  tenant: TenantId,
  actor: StoredActor,
  id: string,
): Promise<ConfigurationView | Refusal> {
  const row = await configurationRow(deps.db, tenant, id)
  if (row === undefined) return refused('not_found')
  const panel = await deps.panels.panelForTest(row)
  let outcome: TestOutcome
  let rights: Rights | undefined
  if (panel.ok) {
    outcome = await panel.value.test()
    const answer = outcome.cause === 'ok' ? await panel.value.rights() : undefined
    rights = answer?.ok === true ? answer.value : undefined
  } else if (panel.fault.code === 'address_forbidden') {
    outcome = { cause: 'address_forbidden' }
  } else {
    return refused('not_possible_now', { message: { code: `error.${panel.fault.code}` } })
  }
  const now = deps.clock.now()
  const test: StoredTest = {
    at: now,
    cause: outcome.cause,
    ...(outcome.version === undefined ? {} : { version: outcome.version }),
    ...(outcome.certificate === undefined ? {} : { certificate: outcome.certificate }),
  }
  await deps.db.write([
    configurationObserved(tenant, id, row.version, {
      test: JSON.stringify(test),
      ...(rights === undefined ? {} : { rights: JSON.stringify(rights), rights_at: now }),
    }),
    ...logged({
      tenant,
      service: null,
      now,
      level: outcome.cause === 'ok' ? 'info' : 'warning',
      actor,
      action: 'configuration',
      message: {
        code:
          outcome.cause === 'ok' ? 'log.configuration.test_ok' : 'log.configuration.test_failed',
        params: { configuration: row.label },
      },
      detail: [{ code: 'detail.cause', value: `test.${outcome.cause}` }],
    }),
  ])
  return (await getConfiguration(deps, tenant, id)) ?? refused('not_found')
}
