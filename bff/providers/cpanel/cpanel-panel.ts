import type { ChoiceList } from '../../contract/dialect.ts'
import type { AllowedHosts } from '../address-rule.ts'
import type { AccountSnapshot, Panel, PanelTarget } from '../provider.ts'
import type { ServerLine } from '../server-line.ts'
import { answerOf, readAccount, readOwned } from './account.ts'
import { readChoices } from './choices.ts'
import { privilegesData } from './functions.ts'
import { readPasswordPolicy } from './password-policy.ts'
import { testConnection } from './test-connection.ts'
import { readResellerUsage, readUsage } from './usage.ts'
import { WhmClient } from './whm-client.ts'

/** One server as one WHM token sees it. */
export class CpanelPanel implements Panel {
  readonly target: Omit<PanelTarget, 'token'>
  /** The dialogue itself, for the steps and actions of this provider. */
  readonly client: WhmClient
  readonly #allowed: AllowedHosts

  constructor(
    { token, ...target }: PanelTarget,
    allowed: AllowedHosts,
    patience?: number,
    line?: ServerLine,
  ) {
    this.target = target
    this.#allowed = allowed
    this.client = new WhmClient({ ...target, token }, allowed, patience, line)
  }

  test() {
    return testConnection(this.client, this.target, this.#allowed)
  }

  async rights() {
    const outcome = await this.client.ask('myprivs', {}, privilegesData)
    return answerOf(outcome, ({ privileges: [granted = {}] }) => ({
      all: granted.all === true,
      privileges: Object.keys(granted)
        .filter((name) => granted[name] === true)
        .sort(),
    }))
  }

  account(username: string) {
    return readAccount(this.client, username)
  }

  owned(username: string) {
    return readOwned(this.client, username)
  }

  choices(list: Exclude<ChoiceList, 'password-policy'>) {
    return readChoices(this.client, this.target.user, list)
  }

  passwordPolicy() {
    return readPasswordPolicy(this.client)
  }

  async usage({ username, reseller }: AccountSnapshot, month: string) {
    const [own, all] = await Promise.all([
      readUsage(this.client, username, month),
      reseller === true ? readResellerUsage(this.client, username, month) : [],
    ])
    return [...own, ...all]
  }

  close() {
    return this.client.close()
  }
}

/**
 * The engine hands a provider's parts the panels this provider opened.
 *
 * @throws {TypeError} for any other
 */
export function ours(panel: Panel): CpanelPanel {
  if (panel instanceof CpanelPanel) return panel
  throw new TypeError('not a panel of this provider')
}
