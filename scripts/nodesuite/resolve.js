// The suite of @eventstore/db-client calls its servers client.bespin.dev, a
// name that its authors have given to 127.0.0.1. Here it needs no DNS.

const dns = require('dns');

const here = (host) => (host === 'client.bespin.dev' ? '127.0.0.1' : host);
const {lookup} = dns;
dns.lookup = (host, ...rest) => lookup.call(dns, here(host), ...rest);
const promised = dns.promises.lookup;
dns.promises.lookup = (host, ...rest) => promised.call(dns.promises, here(host), ...rest);
