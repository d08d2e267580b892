import { html, type LitElement, nothing, type TemplateResult } from 'lit'
import type { ChoiceList, Input, InputProperty, InputSchema } from '../../bff/contract/dialect.ts'
import { formWords } from '../locales/form-words.ts'
import type { Localize } from '../locales/localize.ts'
import type { ProvisionProblem } from '../session/problem.ts'
import type { LiveChoices } from './choices.ts'
import { copyButton } from './copy-button.ts'
import { faultOf, setCustomFault } from './form-faults.ts'
import {
  faultsByField,
  grouped,
  hasControl,
  inputOf,
  type Raw,
  rawOf,
  shownNames,
} from './form-values.ts'
import { makePassword, passwordLength } from './make-password.ts'
import { passwordInput } from './password-input.ts'

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

const EMPTY: InputSchema = {
  type: 'object',
  properties: {},
  required: [],
  additionalProperties: false,
}

/** A form of native controls from a schema of the input dialect (DESIGN §4). What it holds lives in memory only. */
export class SchemaForm {
  readonly #host: LitElement
  readonly #localize: Localize
  readonly #choices: LiveChoices
  #schema = EMPTY
  #raw: Raw = {}
  #faults: ReadonlyMap<string, string> = new Map()
  #rest: readonly string[] = []
  #visible: ReadonlySet<string> = new Set()
  #focusFault = false

  constructor(host: LitElement, localize: Localize, choices: LiveChoices) {
    this.#host = host
    this.#localize = localize
    this.#choices = choices
  }

  /**
   * Begins anew.
   *
   * @param problem what the BFF found wrong with `input`; focus goes to the first fault
   * @param prefix where its pointers begin
   */
  open(
    schema: InputSchema,
    input: Input,
    problem: ProvisionProblem | undefined,
    prefix = '/input',
  ): void {
    const isSame = schema === this.#schema
    this.#schema = schema
    this.#raw = rawOf(schema, input)
    const { fields, rest } = faultsByField(
      problem?.errors ?? [],
      Object.keys(schema.properties).filter((name) => this.#isControlled(name)),
      prefix,
    )
    this.#faults = fields
    this.#rest = rest
    this.#focusFault = fields.size > 0
    if (isSame) return
    this.#visible = new Set()
    this.#choices.start(
      Object.values(schema.properties).flatMap(({ 'x-provision': hints }): ChoiceList[] => {
        if (hints?.choices !== undefined) return [hints.choices]
        return hints?.widget === 'password' ? ['password-policy'] : []
      }),
    )
  }

  /** Forgets everything that was filled in. */
  wipe(): void {
    this.#schema = EMPTY
    this.#raw = {}
    this.#faults = new Map()
    this.#rest = []
    for (const control of this.#controls()) if (control.type !== 'checkbox') control.value = ''
  }

  /** What is filled in; nothing when the controls find fault, with focus on the first of them. */
  submit(): Input | undefined {
    const faults = new Map<string, string>()
    let first: Control | undefined
    for (const control of this.#controls()) {
      const property = this.#schema.properties[control.name]
      if (property === undefined) continue
      setCustomFault(control, property)
      if (control.validity.valid) continue
      faults.set(control.name, faultOf(this.#localize, control, property))
      first ??= control
    }
    this.#faults = faults
    this.#rest = []
    this.#host.requestUpdate()
    first?.focus()
    return first === undefined ? inputOf(this.#schema, this.#raw) : undefined
  }

  /** Puts focus on what the BFF found wrong, once it is shown. */
  focusFault(): void {
    if (!this.#focusFault) return
    this.#focusFault = false
    this.#controls()
      .find(({ name }) => this.#faults.has(name))
      ?.focus()
  }

  render(): TemplateResult {
    const names = shownNames(this.#schema, this.#raw).filter((name) => this.#isControlled(name))
    return html`${this.#rest.map((text) => html`<p class="fault">${text}</p>`)}
      ${grouped(this.#schema, names).map(
        (group) => html`<div class="fields">
          ${group.map((name) => this.#field(name, name === names[0]))}
        </div>`,
      )}`
  }

  #isControlled(name: string): boolean {
    const property = this.#schema.properties[name]
    return property !== undefined && hasControl(property)
  }

  #controls(): Control[] {
    return [...this.#host.renderRoot.querySelectorAll<Control>('dialog .fields [name]')]
  }

  #set(name: string, value: Raw[string]): void {
    this.#raw = { ...this.#raw, [name]: value }
    if (this.#faults.has(name))
      this.#faults = new Map([...this.#faults].filter(([other]) => other !== name))
    this.#host.requestUpdate()
  }

  readonly #onInput = (event: Event): void => {
    // Only our own controls listen.
    const control = event.currentTarget as Control
    const isTick = control instanceof HTMLInputElement && control.type === 'checkbox'
    this.#set(control.name, isTick ? control.checked : control.value)
  }

  #field(name: string, isFirst: boolean): TemplateResult {
    const property = this.#schema.properties[name]
    if (property === undefined) return html``
    const { title, 'x-provision': hints } = property
    const id = `field-${name}`
    const fault = this.#faults.get(name)
    const help = this.#help(property)
    const described = [help ? `${id}-help` : '', fault ? `${id}-fault` : ''].join(' ').trim()
    const more = html`
      ${help ? html`<p class="muted" id="${id}-help">${help}</p>` : nothing}
      ${fault ? html`<p class="fault" part="fault" id="${id}-fault">${fault}</p>` : nothing}`
    const isRequired = this.#schema.required.includes(name)
    const optional =
      isRequired || property.type === 'boolean'
        ? nothing
        : // One text with its space: names are put together from texts, and a space alone is lost.
          html`<span class="muted">${` ${this.#localize.say(formWords, 'optional')}`}</span>`
    if (property.type === 'boolean')
      return html`<div class="field">
        <label class="tick"
          ><input
            id=${id}
            name=${name}
            type="checkbox"
            ?required=${property.const === true}
            aria-describedby=${described || nothing}
            aria-invalid=${fault ? 'true' : nothing}
            ?data-focus=${isFirst}
            .checked=${this.#raw[name] === true}
            @change=${this.#onInput}
          />${title}</label
        >
        ${more}
      </div>`
    if (hints?.widget === 'radio' && property.enum !== undefined)
      return html`<fieldset class="field" aria-describedby=${described || nothing}>
        <legend>${title}${property.default === undefined ? optional : nothing}</legend>
        ${property.enum.map(
          (value, index) => html`<label class="tick"
            ><input
              type="radio"
              name=${name}
              value=${value}
              ?required=${isRequired}
              ?data-focus=${isFirst && index === 0}
              .checked=${this.#raw[name] === String(value)}
              @change=${this.#onInput}
            />${hints.labels?.[index] ?? value}</label
          >`,
        )}
        ${more}
      </fieldset>`
    return html`<div class="field">
      <label for=${id}>${title}${optional}</label>
      ${this.#control(name, property, { id, described, fault, isFirst, isRequired })} ${more}
    </div>`
  }

  #help(property: InputProperty): string {
    const { help = '', choices } = property['x-provision'] ?? {}
    const said = [help]
    if (choices !== undefined && choices !== 'password-policy') {
      if (this.#choices.of(choices).at === 'failed')
        said.push(this.#localize.say(formWords, 'choices_failed'))
    }
    if (property['x-provision']?.widget === 'password' && this.#choices.strength > 0)
      said.push(
        this.#localize.say(formWords, 'password_strength', { count: this.#choices.strength }),
      )
    return said.join(' ').trim()
  }

  #control(
    name: string,
    property: Exclude<InputProperty, { type: 'boolean' }>,
    at: {
      id: string
      described: string
      fault: string | undefined
      isFirst: boolean
      isRequired: boolean
    },
  ): TemplateResult {
    const hints = property['x-provision'] ?? {}
    const raw = this.#raw[name]
    const value = typeof raw === 'string' ? raw : ''
    const { id, described, isFirst, isRequired } = at
    const invalid = at.fault ? 'true' : nothing
    const live = hints.choices === undefined ? undefined : this.#choices.of(hints.choices)
    const isSecret = hints.widget === 'password' || hints.secret === true

    if (property.type === 'string' && isSecret)
      return passwordInput(this.#localize, {
        id,
        name,
        label: property.title,
        value,
        visible: this.#visible.has(name),
        required: isRequired,
        minLength: property.minLength,
        maxLength: property.maxLength,
        autocomplete: hints.autocomplete ?? 'new-password',
        describedBy: described,
        invalid: at.fault !== undefined,
        isFirst,
        copy: copyButton(this.#localize, property.title, value),
        onInput: this.#onInput,
        onToggle: () => this.#reveal(name, !this.#visible.has(name)),
        onMake:
          hints.widget === 'password' ? () => this.#make(name, property.maxLength) : undefined,
      })

    const listed =
      property.enum?.map((each, index) => ({
        value: String(each),
        label: hints.labels?.[index] ?? String(each),
        disabled: false,
      })) ??
      (live?.at === 'ready' && hints.choices !== 'password-policy'
        ? live.choices.map(({ facts, label, ...choice }) => ({
            ...choice,
            label: [label, ...facts].join(' · '),
          }))
        : undefined)
    // What was filled in before and is not offered is shown as it is, not left out in silence.
    const offered =
      value === '' || listed === undefined || listed.some((choice) => choice.value === value)
        ? listed
        : [...listed, { value, label: value, disabled: false }]
    if (offered !== undefined || (live?.at === 'loading' && hints.choices !== 'password-policy'))
      return html`<select
        id=${id}
        name=${name}
        ?required=${isRequired}
        aria-describedby=${described || nothing}
        aria-invalid=${invalid}
        ?data-focus=${isFirst}
        @change=${this.#onInput}
      >
        ${
          offered === undefined
            ? html`<option value="">${this.#localize.text('loading')}</option>`
            : html`<option value="" .selected=${value === ''}>
                ${isRequired ? this.#localize.say(formWords, 'choose') : '—'}
              </option>`
        }
        ${offered?.map(
          (choice) => html`<option
            value=${choice.value}
            ?disabled=${choice.disabled}
            .selected=${choice.value === value}
          >
            ${choice.label}
          </option>`,
        )}
      </select>`

    if (hints.widget === 'textarea')
      return html`<textarea
        id=${id}
        name=${name}
        rows="3"
        ?required=${isRequired}
        minlength=${(property.type === 'string' && property.minLength) || nothing}
        maxlength=${(property.type === 'string' && property.maxLength) || nothing}
        aria-describedby=${described || nothing}
        aria-invalid=${invalid}
        ?data-focus=${isFirst}
        .value=${value}
        @input=${this.#onInput}
      ></textarea>`

    const isNumber = property.type === 'integer'
    const format = property.type === 'string' ? property.format : undefined
    const isMachine = isNumber || format !== undefined
    const isDate = format === 'date' || hints.widget === 'date'
    const type = isNumber ? 'number' : isDate ? 'date' : format === 'email' ? 'email' : 'text'
    const input = html`<input
      class="grow"
      id=${id}
      name=${name}
      type=${type}
      dir=${isMachine ? 'ltr' : nothing}
      inputmode=${isNumber ? 'numeric' : nothing}
      step=${isNumber ? 1 : nothing}
      min=${property.minimum ?? nothing}
      max=${property.maximum ?? nothing}
      minlength=${(isNumber ? undefined : property.minLength) ?? nothing}
      maxlength=${(isNumber ? undefined : property.maxLength) ?? nothing}
      autocomplete=${hints.autocomplete ?? 'off'}
      autocapitalize="none"
      spellcheck="false"
      ?required=${isRequired && raw !== null}
      ?disabled=${raw === null}
      aria-describedby=${described || nothing}
      aria-invalid=${invalid}
      ?data-focus=${isFirst}
      .value=${value}
      @input=${this.#onInput}
    />`
    if (hints.unlimited !== true) return input
    return html`<div class="row">
      ${input}
      <label class="tick"
        ><input
          type="checkbox"
          aria-label="${property.title}: ${this.#localize.text('unlimited')}"
          .checked=${raw === null}
          @change=${() => this.#set(name, raw === null ? '' : null)}
        />${this.#localize.text('unlimited')}</label
      >
    </div>`
  }

  #reveal(name: string, visible: boolean): void {
    this.#visible = new Set([...this.#visible].filter((other) => other !== name))
    if (visible) this.#visible = new Set([...this.#visible, name])
    this.#host.requestUpdate()
  }

  #make(name: string, longest: number | undefined): void {
    const length = passwordLength(this.#choices.strength, longest)
    this.#set(
      name,
      makePassword((bytes) => crypto.getRandomValues(bytes), length),
    )
    this.#reveal(name, true)
  }
}
