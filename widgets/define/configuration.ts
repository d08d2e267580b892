import { ProvisionConfiguration } from '../configuration/provision-configuration.ts'

if (!customElements.get('provision-configuration')) {
  customElements.define('provision-configuration', ProvisionConfiguration)
}
