import { ProvisionFields } from '../fields/provision-fields.ts'

if (!customElements.get('provision-fields')) {
  customElements.define('provision-fields', ProvisionFields)
}
