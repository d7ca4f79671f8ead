import type { PostalAddress } from '../types.js';
import type { XmlObject } from '../xml/index.js';

/** A postal address in the CyberTipline's parts. Only US states are put into `state`. */
export const addressParts = (address: PostalAddress): XmlObject => ({
  address: address.street,
  city: address.city,
  zipCode: address.postcode,
  ...(address.country === 'US' ? { state: address.state } : { nonUsaState: address.state }),
  country: address.country,
});
