typedef int layer_is_empty;
