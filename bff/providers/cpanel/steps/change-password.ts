import type { StepHandler } from '../../provider.ts'
import { ours } from '../cpanel-panel.ts'
import { anyData } from '../functions.ts'
import { sendOutcomeOf } from '../outcome.ts'
import { mustStand } from '../standing.ts'

const TIMEOUT = 60_000

/** passwd. Nothing on the server shows which password it has: the call is made once. */
export const changePassword: StepHandler = {
  label: 'step.change-password',
  timeout: TIMEOUT,
  proof: 'never',

  before: (panel, context) =>
    mustStand(panel, context, ({ suspended }) =>
      suspended ? { kind: 'stop', code: 'suspended' } : { kind: 'go', before: null },
    ),

  async send(panel, context, departure) {
    const { step } = context
    const { password } = context.secrets
    if (password === undefined) return { kind: 'refused', code: 'password_invalid' }
    const outcome = await ours(panel).client.call(
      'passwd',
      { user: step.account, password, db_pass_update: step.params.database_password === true },
      anyData,
      { timeout: TIMEOUT, ...departure },
    )
    return sendOutcomeOf(outcome, context)
  },

  prove: async () => ({ kind: 'unknown', fault: { code: 'not_told', transport: false } }),
}
