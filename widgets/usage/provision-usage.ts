import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Usage } from '../../bff/contract/resources.ts'
import { usageWords } from '../locales/usage-words.ts'
import { contentStyles } from '../parts/content.styles.ts'
import { problemNote } from '../parts/problem-note.ts'
import { ReadingElement } from '../parts/reading-element.ts'
import type { Session } from '../session/session.ts'
import { monthWords } from './number-words.ts'
import { partView } from './part-view.ts'
import { monthFrom, monthOf, months } from './usage.machine.ts'
import { usageStyles } from './usage.styles.ts'

/**
 * `<provision-usage>`: what the service's account uses of what it may, part by part.
 *
 * @attr month - `YYYY-MM` the bandwidth is of, a person may choose another; the present one (UTC) by default
 * @csspart month - the choice of a month
 * @csspart usage - one thing that is used
 * @csspart meter - its bar
 * @csspart fault - why the latest news could not be had
 */
export class ProvisionUsage extends ReadingElement {
  static override properties = {
    ...ReadingElement.properties,
    month: {},
    answer: { state: true },
  }
  static override styles = [...ReadingElement.styles, contentStyles, usageStyles]

  declare month: string | null
  declare protected answer: Usage | undefined
  /** What a person chose; `undefined` leaves it to the BFF, whose present month counts. */
  #chosen: string | undefined

  constructor() {
    super('usage')
    this.month = null
    this.answer = undefined
  }

  protected override async load(session: Session, signal: AbortSignal): Promise<boolean> {
    if (session.service === null) return false
    const query = this.#chosen === undefined ? '' : `?month=${this.#chosen}`
    const answer = await session.get<Usage>(`${this.path(session, 'usage')}${query}`, { signal })
    signal.throwIfAborted()
    this.answer = answer
    return answer.parts.length > 0
  }

  protected override reset(): void {
    super.reset()
    this.answer = undefined
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (!changed.has('month')) return
    this.#chosen = monthFrom(this.month)
    if (this.hasUpdated && this.answer !== undefined) queueMicrotask(() => this.#reread())
  }

  protected override caption(): TemplateResult | typeof nothing {
    return this.heading(this.localize.say(usageWords, 'usage_heading'))
  }

  protected override renderContent(): TemplateResult | typeof nothing {
    const { answer, localize } = this
    if (answer === undefined) return nothing
    const { as_of, month, parts } = answer
    return html`<p class="visually-hidden" role="status">
        ${this.state === 'busy' ? localize.text('loading') : this.said}
      </p>
      ${this.caption()}
      <div class="row head">
        ${
          as_of === null
            ? nothing
            : html`<span class="muted">${localize.text('as_of', { time: localize.date(as_of) })}</span>`
        }
        ${as_of === null ? nothing : this.#monthChoice(month)}
      </div>
      ${problemNote(localize, this.unseen)}
      ${
        parts.length === 0
          ? html`<p class="muted">${as_of === null ? localize.say(usageWords, 'usage_none') : localize.text('state_empty')}</p>`
          : html`<dl aria-busy=${this.state === 'busy'}>
              ${repeat(
                parts,
                ({ key }) => key,
                (part) => partView(localize, part, month),
              )}
            </dl>`
      }`
  }

  #monthChoice(shown: string): TemplateResult {
    const { localize } = this
    const wanted = this.#chosen ?? shown
    const choose = (event: Event) => {
      if (!(event.currentTarget instanceof HTMLSelectElement)) return
      this.#chosen = event.currentTarget.value
      this.#reread()
    }
    return html`<label class="row">
      ${localize.say(usageWords, 'usage_month')}
      <select part="month" @change=${choose}>
        ${months(monthOf(Date.now()), wanted).map(
          (month) =>
            html`<option value=${month} ?selected=${month === wanted}>${monthWords(localize, month)}</option>`,
        )}
      </select>
    </label>`
  }

  #reread(): void {
    void this.quietly(async (session, signal) => {
      const hasContent = await this.load(session, signal)
      const { answer } = this
      if (answer !== undefined) this.said = monthWords(this.localize, answer.month)
      return hasContent
    }, true)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'provision-usage': ProvisionUsage
  }
}
