/* Counts the words of a text: `tally < text` prints each word with its count, most frequent first. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX 64
#define BUCKETS 4096

struct entry {
	char word[WORD_MAX];
	unsigned long count;
	struct entry *next;
};

static struct entry *buckets[BUCKETS];
static size_t distinct;

static unsigned hash(const char *word)
{
	unsigned h = 2166136261u;

	for (; *word; word++)
		h = (h ^ (unsigned char)*word) * 16777619u;
	return h % BUCKETS;
}

static void count(const char *word)
{
	struct entry **slot = &buckets[hash(word)];
	struct entry *e;

	for (e = *slot; e; e = e->next) {
		if (!strcmp(e->word, word)) {
			e->count++;
			return;
		}
	}
	e = calloc(1, sizeof(*e));
	if (!e) {
		perror("tally");
		exit(1);
	}
	strcpy(e->word, word);
	e->count = 1;
	e->next = *slot;
	*slot = e;
	distinct++;
}

static int by_count(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a;
	const struct entry *y = *(struct entry *const *)b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return strcmp(x->word, y->word);
}

static void print_all(void)
{
	struct entry **all = malloc(distinct * sizeof(*all));
	size_t n = 0;

	if (!all && distinct) {
		perror("tally");
		exit(1);
	}
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct entry *e = buckets[i]; e; e = e->next)
			all[n++] = e;
	qsort(all, n, sizeof(*all), by_count);
	for (size_t i = 0; i < n; i++)
		printf("%lu %s\n", all[i]->count, all[i]->word);
	free(all);
}

int main(void)
{
	char word[WORD_MAX];
	size_t length = 0;
	int c;

	while ((c = getchar()) != EOF) {
		if (isalpha(c) && length < WORD_MAX - 1) {
			word[length++] = (char)tolower(c);
		} else if (!isalpha(c) && length) {
			word[length] = '\0';
			count(word);
			length = 0;
		}
	}
	if (length) {
		word[length] = '\0';
		count(word);
	}
	print_all();
	return 0;
}
