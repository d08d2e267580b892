import type { StepHandler } from '../../provider.ts'
import { ours } from '../cpanel-panel.ts'
import { type AccountItem, anyData } from '../functions.ts'
import { sendOutcomeOf } from '../outcome.ts'
import { mustStand, proveBy, showsChange, trueAlready } from '../standing.ts'
import { WRITE_TIMEOUT } from '../whm-client.ts'

const isOn = ({ domain }: AccountItem, wanted: unknown) =>
  domain.toLowerCase() === String(wanted).toLowerCase()

/** modifyacct, with a new primary domain and nothing else. */
export const changeDomain: StepHandler = {
  label: 'step.change-domain',
  timeout: WRITE_TIMEOUT,
  proof: 'by_reading',

  before: (panel, context) =>
    mustStand(panel, context, (item) =>
      isOn(item, context.step.params.domain)
        ? trueAlready(context)
        : { kind: 'go', before: item.domain },
    ),

  async send(panel, context, departure) {
    const { step } = context
    const outcome = await ours(panel).client.call(
      'modifyacct',
      { user: step.account, domain: String(step.params.domain) },
      anyData,
      { timeout: WRITE_TIMEOUT, ...departure },
    )
    return sendOutcomeOf(outcome, context)
  },

  prove: (panel, context) =>
    proveBy(panel, context, (item) =>
      showsChange(isOn(item, context.step.params.domain), isOn(item, context.step.before)),
    ),
}
