/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SHIM_VERSION_H
#define SHIM_VERSION_H

/* Given by the build. */
#ifndef SHIM_VERSION
#define SHIM_VERSION "development"
#endif

#endif
