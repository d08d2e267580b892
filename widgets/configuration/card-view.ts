import { html, nothing, type TemplateResult } from 'lit'
import type { Certificate, Configuration, ConnectionTest } from '../../bff/contract/resources.ts'
import type { Localize } from '../locales/localize.ts'
import { copyButton } from '../parts/copy-button.ts'
import { problemText } from '../parts/problem-text.ts'
import type { Job, Testing } from './configuration.machine.ts'
import { editJob } from './configuration-form.ts'
import type { Say } from './words.ts'

export interface CardHandlers {
  readonly choose: (job: Job) => void
  readonly test: (configuration: Configuration) => void
}

interface Around {
  readonly localize: Localize
  readonly say: Say
  readonly testing: Testing | undefined
  readonly handlers: CardHandlers
  /** Whether the configuration can be changed here, not only looked at and tested. */
  readonly manage: boolean
  /** Whether what the token may do is shown at once. */
  readonly open: boolean
}

/** One configuration: what it is, how its connection stands, what its token may do, and what can be done with it. */
export function card(configuration: Configuration, around: Around): TemplateResult {
  const { say, handlers, manage, testing } = around
  const { id, label, disabled } = configuration
  const choose = (kind: 'disable' | 'enable' | 'remove') => handlers.choose({ kind, configuration })
  return html`<div part="configuration" class="card" role="group" aria-labelledby="label-${id}">
    <p class="title">
      <strong id="label-${id}"><bdi>${label}</bdi></strong>
      ${disabled ? html`<span part="state" class="state">${say('disabled')}</span>` : nothing}
    </p>
    ${facts(configuration, around)} ${testView(configuration, around)}
    ${rights(configuration, around)}
    <div part="buttons" class="row">
      <button
        type="button"
        aria-disabled=${testing?.at === 'running' ? 'true' : nothing}
        @click=${() => handlers.test(configuration)}
      >
        ${say('test')}
      </button>
      ${
        manage
          ? html`<button
                type="button"
                @click=${() => handlers.choose(editJob(configuration))}
              >
                ${say('edit')}
              </button>
              <button type="button" @click=${() => choose(disabled ? 'enable' : 'disable')}>
                ${say(disabled ? 'enable' : 'disable')}
              </button>
              <button type="button" class="danger" @click=${() => choose('remove')}>
                ${say('remove')}
              </button>`
          : nothing
      }
    </div>
  </div>`
}

function fact(name: string, value: unknown): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`
}

/** A host and its port as they are written in an address. */
export function addressOf({ host, port }: Pick<Configuration, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function facts(configuration: Configuration, { say, handlers, manage }: Around): TemplateResult {
  const { pin, services, user, token_set } = configuration
  const kept =
    pin === undefined
      ? say('certificate_public')
      : 'ca' in pin
        ? say('certificate_ca')
        : 'spki' in pin
          ? html`${say('certificate_key')} <code dir="ltr">${pin.spki}</code>`
          : html`${say('certificate_pinned')} ${fingerprintView(pin.fingerprint)}`
  const unpin =
    pin === undefined || !manage
      ? nothing
      : html` <button
          type="button"
          @click=${() => handlers.choose({ kind: 'distrust', configuration })}
        >
          ${say('distrust')}
        </button>`
  return html`<dl part="facts" class="values">
    ${fact(say('address'), html`<bdi dir="ltr">${addressOf(configuration)}</bdi>`)}
    ${fact(say('user'), html`<bdi dir="ltr">${user}</bdi>`)}
    ${fact(say('token'), say(token_set ? 'token_set' : 'token_unset'))}
    ${fact(say('certificate'), html`${kept}${unpin}`)}
    ${fact(
      say('services'),
      services === 0 ? say('services_none') : say('services_some', { count: services }),
    )}
  </dl>`
}

/** A fingerprint that breaks between its pairs only. */
export function fingerprintView(fingerprint: string): TemplateResult {
  const [first, ...rest] = fingerprint.split(':')
  return html`<code dir="ltr">${first}${rest.map((pair) => html`:<wbr />${pair}`)}</code>`
}

/** What a certificate says of itself. Whoever made it wrote it: it proves nothing but the fingerprint. */
export function certificateView(
  localize: Localize,
  say: Say,
  { fingerprint, spki, subject, issuer, valid_to }: Certificate,
): TemplateResult {
  return html`<dl part="certificate" class="values">
    ${fact(
      say('fingerprint'),
      html`${fingerprintView(fingerprint)}
        ${copyButton(localize, say('fingerprint'), fingerprint)}`,
    )}
    ${spki === undefined ? nothing : fact(say('key'), html`<code dir="ltr">${spki}</code>`)}
    ${fact(say('subject'), html`<bdi>${subject}</bdi>`)}
    ${fact(say('issuer'), html`<bdi>${issuer}</bdi>`)}
    ${fact(say('valid_to'), localize.date(valid_to))}
  </dl>`
}

function testView(configuration: Configuration, around: Around): TemplateResult {
  const { localize, say, testing } = around
  if (testing?.at === 'running') return html`<p part="test">${say('testing')}</p>`
  if (testing?.at === 'failed')
    return html`<p part="test" class="fault">${problemText(localize, testing.problem)}</p>`
  const { test } = configuration
  if (test === undefined) return html`<p part="test" class="muted">${say('untested')}</p>`
  return tested(configuration, test, around)
}

function tested(
  configuration: Configuration,
  { at, cause, text, version, certificate }: ConnectionTest,
  { localize, say, handlers, manage }: Around,
): TemplateResult {
  const when = html`<span class="muted"
    >${version === undefined ? nothing : html`${say('version', { version })} `}${say('tested_at', {
      time: localize.date(at),
    })}</span
  >`
  if (cause === 'ok')
    return html`<div part="test" class="test">
      <p><span aria-hidden="true">✓ </span>${text.text} ${when}</p>
    </div>`
  return html`<div part="test" class="test failed">
    <p><span class="fault">${text.text}</span> ${when}</p>
    <p>${say(`next_${cause}`)}</p>
    ${
      certificate === undefined
        ? nothing
        : html`${certificateView(localize, say, certificate)}
          ${
            manage && cause === 'certificate'
              ? html`<button
                  type="button"
                  @click=${() => handlers.choose({ kind: 'trust', configuration, certificate })}
                >
                  ${say('trust')}
                </button>`
              : nothing
          }`
    }
  </div>`
}

function rights(
  { rights: all }: Configuration,
  { say, open }: Around,
): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing
  const isKnown = all.every(({ ok }) => ok !== null)
  const count = { done: all.filter(({ ok }) => ok === true).length, total: all.length }
  return html`<details part="rights" ?open=${open}>
    <summary>${isKnown ? say('rights_count', count) : say('rights_unknown')}</summary>
    <table>
      <caption class="visually-hidden">${say('rights')}</caption>
      <thead>
        <tr>
          <th scope="col">${say('right_action')}</th>
          <th scope="col">${say('right_state')}</th>
        </tr>
      </thead>
      <tbody>
        ${all.map(
          ({ label, ok, missing }) => html`<tr>
            <th scope="row">${label}</th>
            <td>${right(say, ok, missing)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </details>`
}

function right(say: Say, ok: boolean | null, missing: readonly string[]): TemplateResult {
  if (ok === null) return html`<span class="muted">${say('right_unknown')}</span>`
  if (ok) return html`<span aria-hidden="true">✓ </span>${say('right_ok')}`
  return html`<span class="fault">${say('right_missing')}</span>
    ${missing.map((acl) => html`<code dir="ltr">${acl}</code> `)}`
}
