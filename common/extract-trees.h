enum { TREE_LEAF = 65535, FIRST_NTREE = 0, SECOND_NTREE = 0 };
struct tree_node {
	float value;
	uint16_t feature, right;
};
static const struct tree_node first_node[] = {{0, 0, 0}}, second_node[] = {{0, 0, 0}};
static const uint16_t first_root[] = {0}, second_root[] = {0};
