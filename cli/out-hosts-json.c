/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "json.h"
#include "out.h"

struct json_object *out_hosts_json_start(struct doc *j)
{
	doc_start(j);
	return doc_array(j, doc_object(j, j->root, "estimate"), "hosts");
}

void out_hosts_json_add(struct doc *j, struct json_object *hosts,
			const struct host_view *host)
{
	struct json_object *o = doc_object(j, hosts, NULL);

	doc_string(j, o, "file", host->file);
	doc_string(j, o, "host", host->host);
	doc_known(j, o, "ram", host->ram, host->ram);
	out_estimate_json_fill(j, o, &host->estimate);
	doc_error_in(j, o, host->error);
}
