/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "guest.h"

const unsigned char guest_init[] = {
#include "guest-image.h"
};
const size_t guest_init_len = sizeof(guest_init);
