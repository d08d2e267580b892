import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Field, Fields } from '../../bff/contract/resources.ts'
import { fieldsWords } from '../locales/fields-words.ts'
import { contentStyles } from '../parts/content.styles.ts'
import { ProvisionErrorEvent } from '../parts/events.ts'
import { problemNote } from '../parts/problem-note.ts'
import { isSignedOut, ReadingElement } from '../parts/reading-element.ts'
import { asProblem } from '../session/problem.ts'
import type { Session } from '../session/session.ts'
import { fieldView } from './field-view.ts'
import {
  type DraftEvent,
  type Drafts,
  type Group,
  grouped,
  next,
  shownAtFirst,
  valueText,
} from './fields.machine.ts'
import { fieldsStyles } from './fields.styles.ts'

/**
 * `<provision-fields>`: the details of a service, who says each of them and since when; staff change theirs in place.
 *
 * @attr show - how many are seen at first: a number, or `all`; 4 by default
 * @attr readonly - nothing is changed here
 * @csspart group - a group of fields
 * @csspart field - a field
 * @csspart value - its value
 * @csspart source - who says it, and since when
 * @csspart pointer - names the action that changes a server's value
 * @csspart copy - a button that copies a value
 * @csspart edit - begins a change
 * @csspart show-all - shows all fields, or few
 * @csspart fault - why the latest news could not be had, or a change was refused
 */
export class ProvisionFields extends ReadingElement {
  static override properties = {
    ...ReadingElement.properties,
    show: {},
    readOnly: { type: Boolean, attribute: 'readonly' },
    answer: { state: true },
    drafts: { state: true },
    isOpen: { state: true },
  }
  static override styles = [...ReadingElement.styles, contentStyles, fieldsStyles]

  declare show: string | null
  declare readOnly: boolean
  declare protected answer: Fields | undefined
  declare protected drafts: Drafts
  declare protected isOpen: boolean
  #focus: { readonly field: string; readonly on: string } | undefined
  #isOwnNews = false

  constructor() {
    super('fields')
    this.show = null
    this.readOnly = false
    this.answer = undefined
    this.drafts = new Map()
    this.isOpen = false
  }

  protected override async load(session: Session, signal: AbortSignal): Promise<boolean> {
    if (session.service === null) return false
    const answer = await session.get<Fields>(this.path(session, 'fields'), { signal })
    signal.throwIfAborted()
    this.#take(answer)
    return answer.fields.length > 0
  }

  protected override onStale(): void {
    if (!this.#isOwnNews) super.onStale()
  }

  protected override reset(): void {
    super.reset()
    this.answer = undefined
    this.drafts = new Map()
  }

  protected override updated(): void {
    super.updated()
    if (this.#focus === undefined) return
    const { field, on } = this.#focus
    this.#focus = undefined
    const target = this.#row(field)?.querySelector<HTMLElement>(on)
    target?.focus()
    if (target instanceof HTMLInputElement) target.select()
  }

  protected override renderContent(): TemplateResult | typeof nothing {
    const { answer, localize } = this
    if (answer === undefined) return nothing
    const few = shownAtFirst(this.show)
    const groups = grouped(answer, this.isOpen ? Number.POSITIVE_INFINITY : few)
    const heading = answer.viewer === 'client' ? 'fields_heading_client' : 'fields_heading'
    return html`<p class="visually-hidden" role="status">${this.said}</p>
      ${this.heading(localize.say(fieldsWords, heading))} ${problemNote(localize, this.unseen)}
      ${groups.length === 0 ? html`<p class="muted">${localize.text('state_empty')}</p>` : nothing}
      <div>${repeat(
        groups,
        (group) => group.name,
        (group) => this.#group(group),
      )}</div>
      ${
        answer.fields.length <= few
          ? nothing
          : html`<button
              type="button"
              part="show-all"
              aria-expanded=${this.isOpen}
              @click=${() => {
                this.isOpen = !this.isOpen
              }}
            >
              ${
                this.isOpen
                  ? localize.say(fieldsWords, 'show_fewer')
                  : localize.say(fieldsWords, 'show_all', { count: answer.fields.length })
              }
            </button>`
      }`
  }

  #group({ name, label, fields }: Group): TemplateResult {
    return html`<div part="group" class="group" role="group" aria-labelledby="group-${name}">
      <p class="group-label muted" id="group-${name}">${label}</p>
      <dl>${repeat(
        fields,
        (field) => field.name,
        (field) => this.#field(field),
      )}</dl>
    </div>`
  }

  #field(field: Field): TemplateResult {
    const { name } = field
    return fieldView(field, {
      localize: this.localize,
      draft: this.readOnly ? undefined : this.drafts.get(name),
      canEdit: field.editable && !this.readOnly,
      changedWith: this.readOnly || field.editable ? undefined : field.changed_by_label,
      handlers: {
        edit: () => {
          this.#dispatch({ type: 'edited', field })
          this.#focus = { field: name, on: '[name="value"]' }
        },
        cancel: () => this.#close({ type: 'cancelled', name }),
        save: (typed) => void this.#save(field, typed),
      },
    })
  }

  #row(name: string): HTMLElement | undefined {
    const rows = this.renderRoot.querySelectorAll<HTMLElement>('.field')
    return [...rows].find((row) => row.dataset.field === name)
  }

  #dispatch(event: DraftEvent): void {
    this.drafts = next(this.drafts, event)
    const isGoingOn = event.type === 'edited' || event.type === 'cancelled'
    if (isGoingOn && this.state === 'failed') this.state = 'ready'
  }

  #isFocusInside(name: string): boolean {
    return this.#row(name)?.querySelector('form:focus-within') != null
  }

  /** Ends a change; focus that was in its form goes to where it began. */
  #close(event: Extract<DraftEvent, { name: string }>): void {
    const before = this.drafts
    const isInside = this.#isFocusInside(event.name)
    this.#dispatch(event)
    if (isInside && this.drafts !== before)
      this.#focus = { field: event.name, on: '[part~="edit"]' }
  }

  async #save(field: Field, typed: string): Promise<void> {
    const { session } = this
    const { name, label } = field
    if (session === undefined) return
    if (typed.trim() === valueText(field)) {
      this.#close({ type: 'cancelled', name })
      return
    }
    this.#dispatch({ type: 'sent', name, typed })
    this.said = this.localize.say(fieldsWords, 'saving')
    this.state = 'busy'
    try {
      const answer = await session.patch<Fields>(
        this.path(session, 'fields'),
        { fields: { [name]: typed.trim() || null } },
        // The same value twice is the same as once, so the request may be repeated with a new token.
        { key: `${name}-${Date.now()}` },
      )
      if (this.session !== session) return
      this.#close({ type: 'saved', name })
      this.#take(answer)
      this.state = this.#isSaving ? 'busy' : 'ready'
      this.said = this.localize.say(fieldsWords, 'saved', { name: label })
      this.#tellPage(session)
    } catch (thrown) {
      if (this.session !== session) return
      const problem = asProblem(thrown)
      this.#dispatch({ type: 'refused', name, problem })
      this.said = ''
      if (isSignedOut(problem)) {
        this.fail(problem)
        return
      }
      this.state = this.#isSaving ? 'busy' : 'failed'
      if (this.#isFocusInside(name)) this.#focus = { field: name, on: '[name="value"]' }
      this.dispatchEvent(new ProvisionErrorEvent(problem.code, problem.requestId))
    }
  }

  get #isSaving(): boolean {
    return [...this.drafts.values()].some(({ saving }) => saving)
  }

  #take(answer: Fields): void {
    this.answer = answer
    this.#dispatch({ type: 'listed', fields: answer.fields })
  }

  #tellPage(session: Session): void {
    this.#isOwnNews = true
    for (const what of ['fields', 'service', 'logs'] as const) session.invalidate(what)
    this.#isOwnNews = false
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'provision-fields': ProvisionFields
  }
}
