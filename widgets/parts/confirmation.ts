import { html, nothing, type TemplateResult } from 'lit'
import type { ConfirmationNeeds, Preview } from '../../bff/contract/action.ts'
import { doingWords } from '../locales/doing-words.ts'
import type { Localize } from '../locales/localize.ts'

/** Limits that are counted in bytes. */
const BYTES: ReadonlySet<string> = new Set(['disk', 'bandwidth'])

function limit(localize: Localize, key: string, value: string | number | null): string {
  if (value === null) return localize.text('unlimited')
  if (typeof value === 'string') return value
  return BYTES.has(key) ? localize.bytes(value) : localize.number(value)
}

function texts(
  heading: string,
  list: Preview['effects'],
  part: string,
): TemplateResult | typeof nothing {
  if (list.length === 0) return nothing
  return html`<section part=${part} class=${part}>
    <h3>${heading}</h3>
    <ul>${list.map(({ text }) => html`<li>${text}</li>`)}</ul>
  </section>`
}

/**
 * What an action would do: accounts by name, limits before and after, effects, what cannot be undone.
 *
 * @param tick whether each of several accounts is confirmed by itself; then they are ticks named `account`. One account
 *   is named, and confirmed with the action
 */
export function previewView(
  localize: Localize,
  { accounts, limits, effects, irreversible }: Preview,
  tick: boolean,
  fault: string | undefined,
): TemplateResult {
  return html`${texts(localize.say(doingWords, 'effects'), effects, 'effects')}
    ${accountsView(localize, accounts, tick && accounts.length > 1, fault)}
    ${
      limits.length === 0
        ? nothing
        : html`<table part="limits">
            <caption>${localize.say(doingWords, 'limits')}</caption>
            <thead>
              <tr>
                <th scope="col">${localize.say(doingWords, 'limit')}</th>
                <th scope="col">${localize.say(doingWords, 'before')}</th>
                <th scope="col">${localize.say(doingWords, 'after')}</th>
              </tr>
            </thead>
            <tbody>
              ${limits.map(
                ({ key, label, before, after }) => html`<tr>
                  <th scope="row">${label}</th>
                  <td>${limit(localize, key, before)}</td>
                  <td>${limit(localize, key, after)}</td>
                </tr>`,
              )}
            </tbody>
          </table>`
    }
    ${texts(localize.say(doingWords, 'irreversible'), irreversible, 'irreversible')}`
}

function accountsView(
  localize: Localize,
  accounts: Preview['accounts'],
  tick: boolean,
  fault: string | undefined,
): TemplateResult | typeof nothing {
  if (accounts.length === 0) return nothing
  const heading = localize.say(doingWords, 'accounts_hit', { count: accounts.length })
  const one = ({ username, domain, owner }: Preview['accounts'][number]) =>
    html`<bdi class="name">${username}</bdi> <bdi>${domain}</bdi>${
      owner === username
        ? nothing
        : // One text with its space: names are put together from texts, and a space alone is lost.
          html`<span class="muted">${` ${localize.say(doingWords, 'owner_name', { name: owner })}`}</span>`
    }`
  if (!tick)
    return html`<section part="accounts">
      <h3>${heading}</h3>
      <ul>${accounts.map((account) => html`<li>${one(account)}</li>`)}</ul>
    </section>`
  return html`<fieldset part="accounts" aria-describedby=${fault ? 'accounts-fault' : nothing}>
    <legend>${heading}</legend>
    <p class="muted">${localize.say(doingWords, 'confirm_accounts')}</p>
    ${accounts.map(
      (account) => html`<label class="tick"
        ><input
          type="checkbox"
          name="account"
          value=${account.username}
          required
          aria-invalid=${fault ? 'true' : nothing}
        /><span>${one(account)}</span></label
      >`,
    )}
    ${fault ? html`<p class="fault" id="accounts-fault">${fault}</p>` : nothing}
  </fieldset>`
}

/** The field for the domain, typed to confirm. */
export function domainField(
  localize: Localize,
  domain: string | null,
  fault: string | undefined,
): TemplateResult {
  return html`<div class="field">
    <label for="confirm-domain"
      >${
        domain === null
          ? localize.say(doingWords, 'type_domain')
          : localize.say(doingWords, 'type_this_domain', { domain })
      }</label
    >
    <input
      id="confirm-domain"
      name="domain"
      type="text"
      dir="ltr"
      inputmode="url"
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
      required
      aria-describedby=${fault ? 'domain-fault' : nothing}
      aria-invalid=${fault ? 'true' : nothing}
    />
    ${fault ? html`<p class="fault" id="domain-fault">${fault}</p>` : nothing}
  </div>`
}

export type ConfirmationFaults = Readonly<Partial<Record<'domain' | 'accounts', string>>>

/** Reads the confirming controls of a form; faults instead when one is missing, with focus on the first. */
export function readConfirmation(
  form: HTMLFormElement,
  needs: ConfirmationNeeds,
  preview: Preview,
  domain: string | null,
  localize: Localize,
): {
  readonly confirmation: { digest: string; domain?: string; accounts?: string[] }
  readonly faults: ConfirmationFaults
} {
  const faults: { domain?: string; accounts?: string } = {}
  const confirmation: { digest: string; domain?: string; accounts?: string[] } = {
    digest: preview.digest,
  }
  let first: HTMLElement | undefined
  if (needs.accounts) {
    const ticks = [...form.querySelectorAll<HTMLInputElement>('input[name="account"]')]
    confirmation.accounts =
      preview.accounts.length > 1
        ? ticks.filter(({ checked }) => checked).map(({ value }) => value)
        : preview.accounts.map(({ username }) => username)
    first = ticks.find(({ checked }) => !checked)
    if (first !== undefined) faults.accounts = localize.say(doingWords, 'fault_accounts')
  }
  if (needs.domain) {
    const input = form.querySelector<HTMLInputElement>('input[name="domain"]')
    const typed = input?.value.trim().toLowerCase() ?? ''
    confirmation.domain = typed
    if (typed === '' || (domain !== null && typed !== domain.toLowerCase())) {
      faults.domain = localize.say(doingWords, 'fault_domain')
      first ??= input ?? undefined
    }
  }
  first?.focus()
  return { confirmation, faults }
}
