/**
 * Who has an account and with which password: shared by the console, which checks, and the command line, which sets. Exported by
 * no bundle.
 */
package io.agentcgroup.console.security.accounts;
