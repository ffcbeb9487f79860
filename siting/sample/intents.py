"""What the ledger of the sample city holds: stages, kinds, and one intent per project."""

from __future__ import annotations

STAGES = {
    "A": "前期研究", "B": "已立项但规划红线未稳定", "C": "规划红线稳定但未完成用地报批",
    "D": "已完成用地报批尚未供地", "E": "已供地未完成规划报建", "F": "已完成规划报建",
    "G": "已完成用地保障", "H": "还需要用地保障", "I": "尚未完成规划条件核实",
}  # fmt: skip
KINDS = {
    "0701": ("housing", "住宅", "保障性住房"), "0801": ("office", "办公", "政务服务中心"),
    "0803": ("culture", "文化", "文化馆"), "0804": ("school", "学校", "九年一贯制学校"),
    "0806": ("hospital", "医院", "综合医院"), "0901": ("commerce", "商业", "商业综合体"),
    "0902": ("office", "办公", "总部办公楼"), "100101": ("industry", "工业", "智能制造产业园"),
    "100102": ("industry", "工业", "新材料工厂"), "1101": ("logistics", "物流", "物流配送中心"),
    "1207": ("road", "道路", "市政道路"), "1208": ("depot", "场站", "公交停保场"),
    "1303": ("substation", "变电站", "220kV变电站"), "1401": ("park", "公园", "社区公园"),
}  # fmt: skip
ALLOCATED = ("08", "12", "13", "14")
#: Linear works: kind, its Chinese name, name of the project.
WORKS = {
    "road_farmland": ("road", "道路", "{town}连接线工程"),
    "bridge": ("bridge", "桥梁", "云滘江跨江大桥工程"),
    "corridor_eco": ("power", "电力工程", "{town}电力管廊工程"),
}

#: The ledger in its order: intent, stage, format of the red line, note for the reader.
ENTRIES: tuple[tuple[str, str, str, str], ...] = (
    ("farmland", "A", "txt", "占用永久基本农田，且在城镇开发边界外"),
    ("eco_redline", "B", "txt", "占用生态保护红线，且在城镇开发边界外"),
    ("growth_boundary", "B", "shp", "位于城镇开发边界外"),
    ("blue_line", "B", "gpkg", "占用城市蓝线"),
    ("green_line", "B", "shp", "占用城市绿线"),
    ("purple_line", "B", "gpkg", "占用城市紫线"),
    ("yellow_line", "A", "txt", "占用城市黄线"),
    ("power_line", "B", "gpkg", "进入架空电力线路保护区"),
    ("metro_structure", "B", "shp", "进入轨道交通控制保护区"),
    ("railway", "C", "gpkg", "进入铁路线路安全保护区"),
    ("highway", "B", "txt", "进入公路建筑控制区"),
    ("hazard", "B", "shp", "位于地质灾害易发区，且部分用地坡度大于15%"),
    ("water_source", "B", "gpkg", "位于饮用水水源保护区"),
    ("zoning", "B", "txt", "项目用途与控规用地性质不符"),
    ("declared_area", "C", "txt", "申报面积与坐标计算面积不符"),
    ("overlap_first", "C", "txt", "被另一项目红线重叠"),
    ("overlap_second", "B", "gpkg", "与另一项目红线重叠"),
    ("bowtie", "B", "gpkg", "红线自相交（蝴蝶结）"),
    ("spike", "C", "gpkg", "红线带有0.4米宽的尖刺"),
    ("road_farmland", "B", "txt", "线性工程穿越永久基本农田和开发边界外，可能适用例外"),
    ("bridge", "C", "txt", "跨江桥梁占用蓝线，可能适用例外"),
    ("corridor_eco", "A", "gpkg", "线性管廊穿越生态保护红线，可能适用有限人为活动"),
    ("sliver", "B", "txt", "与永久基本农田边缘重叠0.2米宽的碎片"),
    ("border", "B", "shp", "跨两个行政区"),
    ("hazard_uncovered", "C", "geojson", "不在地质灾害图层声明范围内"),
    ("power_reach", "C", "gpkg", "在电力线图层范围内，但退让距离伸出范围"),
    ("near", "C", "shp", "紧邻城市绿线、紫线或黄线但不重叠"),
    ("clean", "A", "geojson", "无冲突"),
    ("clean", "C", "txt", "无冲突"),
    ("clean", "C", "geojson", "无冲突"),
    ("clean", "D", "shp", "无冲突"),
    ("clean", "D", "geojson", "无冲突"),
    ("supplied", "E", "shp", "无冲突，已供地"),
    ("supplied", "E", "geojson", "无冲突，已供地"),
    ("supplied", "F", "gpkg", "无冲突，已供地"),
    ("supplied", "F", "geojson", "无冲突，已供地"),
    ("supplied", "G", "shp", "无冲突，已供地"),
    ("supplied", "I", "gpkg", "无冲突，已供地"),
    ("supplied", "I", "geojson", "无冲突，已供地"),
    ("demand 0804", "A", "", "只有用地需求，尚无红线"),
    ("demand 0806", "A", "", "只有用地需求，尚无红线"),
    ("demand 0701", "A", "", "只有用地需求，尚无红线"),
    ("demand 100101", "A", "", "只有用地需求，尚无红线；工业产业区块图层故意损坏"),
    ("demand 1208", "B", "", "只有用地需求，尚无红线"),
    ("demand 1401", "A", "", "只有用地需求，尚无红线"),
    ("demand 1101", "B", "", "只有用地需求，尚无红线"),
    ("impossible 0806", "A", "", "需求面积大于任何一宗地，无法推荐"),
    ("demand 0901", "H", "", "续建项目，还需要用地保障"),
    ("supplied", "G", "gpkg", "无冲突，已供地"),
)
PLAIN = ("power_line", "metro_structure", "railway", "highway", "blue_line", "green_line",
         "purple_line", "yellow_line", "water_source", "hazard")  # fmt: skip
