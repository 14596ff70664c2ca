"""The schools of 青岚县, a county that does not exist: who they are and how many students they have in the latest year.

Belongs here: facts that a person wrote down so that the county sounds real. Does not belong here: anything drawn or
computed from them (``county``, ``students``, ``teachers``, ``facilities``).
"""

from dataclasses import dataclass

COUNTY_CODE = "990121"
COUNTY_NAME = "青岚县"

URBAN, TOWN, RURAL = "城区", "镇区", "乡村"
PRIMARY, POINT, JUNIOR, NINE = "小学", "教学点", "初级中学", "九年一贯制学校"
COMPLETE, TWELVE, SPECIAL, VOCATIONAL = "完全中学", "十二年一贯制学校", "特殊教育学校", "职业学校"


@dataclass(frozen=True)
class Entry:
    """One school of the roster.

    Attributes:
        primary, junior, senior: students in the latest year in which the school is open.
        built: year of construction; it also gives the order in which school codes were handed out.
        private, run_by: 举办者类型 and 隶属关系.
        boarding: 是否寄宿制.
        parent: name of the main school of a teaching point.
        trend: yearly change of enrolment; None for the usual one of its area.
        opens, closes: number of the demonstration year in which it is 新建 or 停办.
        keeps_sections_apart: enters shared resources by section.
    """

    name: str
    township: str
    kind: str
    area: str
    primary: int = 0
    junior: int = 0
    senior: int = 0
    built: int = 1970
    private: bool = False
    run_by: str = "县属"
    boarding: bool = False
    parent: str = ""
    trend: float | None = None
    opens: int | None = None
    closes: int | None = None
    keeps_sections_apart: bool = False

    @property
    def students(self) -> dict[str, int]:
        """Students by section in the latest open year, sections without any left out."""
        counts = {"primary": self.primary, "junior": self.junior, "senior": self.senior}
        return {section: count for section, count in counts.items() if count}


# The order is that of the county office (county seat first, by type; then the townships), not that of codes.
ROSTER: tuple[Entry, ...] = (
    Entry("城关镇第一小学", "城关镇", PRIMARY, URBAN, 1586, built=1906, trend=-0.012),
    Entry("城关镇第二小学", "城关镇", PRIMARY, URBAN, 1342, built=1952),
    Entry("城关镇第三小学", "城关镇", PRIMARY, URBAN, 1078, built=1978),
    Entry("城关镇东关小学", "城关镇", PRIMARY, URBAN, 756, built=1964),
    Entry("城关镇西门小学", "城关镇", PRIMARY, URBAN, 804, built=1958),
    Entry("青岚县实验小学", "城关镇", PRIMARY, URBAN, 2036, built=1986, trend=-0.024),
    Entry("青岚县南湖小学", "城关镇", PRIMARY, URBAN, 692, trend=0.22, opens=1),
    Entry("青岚县启明双语小学", "城关镇", PRIMARY, URBAN, 538, built=2011, private=True),
    Entry("青岚县实验初级中学", "城关镇", JUNIOR, URBAN, 0, 1512, built=1993),
    Entry("青岚县第二初级中学", "城关镇", JUNIOR, URBAN, 0, 1246, built=1956),
    Entry("青岚县第三初级中学", "城关镇", JUNIOR, URBAN, 0, 968, built=1984),
    Entry("青岚县第四初级中学", "城关镇", JUNIOR, TOWN, 0, 715, built=2009),
    Entry("青岚县育才初级中学", "城关镇", JUNIOR, URBAN, 0, 462, built=2006, private=True, boarding=True),
    Entry("青岚县城南学校", "城关镇", NINE, URBAN, 874, 436, built=2014, keeps_sections_apart=True),
    Entry("青岚县经济开发区学校", "城关镇", NINE, TOWN, 596, 318, built=2018),
    Entry("青岚县第一中学", "城关镇", COMPLETE, URBAN, 0, 594, 1530, built=1938, boarding=True, keeps_sections_apart=True),
    Entry("清江市第六中学", "城关镇", COMPLETE, URBAN, 0, 452, 918, built=1971, boarding=True, run_by="市属"),
    Entry("青岚县博雅学校", "城关镇", TWELVE, URBAN, 486, 372, 265, built=2016, private=True, boarding=True),
    Entry("青岚县特殊教育学校", "城关镇", SPECIAL, URBAN, 71, 34, built=1998, boarding=True),
    Entry("青岚县职业技术学校", "城关镇", VOCATIONAL, TOWN, 0, 0, 1368, built=1983, boarding=True),
    Entry("石桥镇中心小学", "石桥镇", PRIMARY, TOWN, 718, built=1935),
    Entry("石桥镇第二小学", "石桥镇", PRIMARY, TOWN, 396, built=1989),
    Entry("石桥镇大湾小学", "石桥镇", PRIMARY, RURAL, 147, built=1967),
    Entry("石桥镇初级中学", "石桥镇", JUNIOR, TOWN, 0, 678, built=1969, boarding=True),
    Entry("石桥村教学点", "石桥镇", POINT, RURAL, 34, built=1974, parent="石桥镇大湾小学"),
    Entry("白杨镇中心小学", "白杨镇", PRIMARY, TOWN, 633, built=1949),
    Entry("白杨镇东风小学", "白杨镇", PRIMARY, TOWN, 218, built=1966),
    Entry("白杨镇杨树沟小学", "白杨镇", PRIMARY, RURAL, 126, built=1973),
    Entry("白杨镇初级中学", "白杨镇", JUNIOR, TOWN, 0, 548, built=1970, boarding=True),
    Entry("白杨镇河湾教学点", "白杨镇", POINT, RURAL, 38, built=1976, parent="白杨镇中心小学"),
    Entry("双溪镇中心小学", "双溪镇", PRIMARY, TOWN, 516, built=1941),
    Entry("双溪镇上溪小学", "双溪镇", PRIMARY, RURAL, 163, built=1962),
    Entry("双溪镇马鞍小学", "双溪镇", PRIMARY, RURAL, 94, built=1975),
    Entry("双溪镇初级中学", "双溪镇", JUNIOR, TOWN, 0, 463, built=1972, boarding=True),
    Entry("河口镇中心小学", "河口镇", PRIMARY, TOWN, 482, built=1946),
    Entry("河口镇沙洲小学", "河口镇", PRIMARY, RURAL, 171, built=1968),
    Entry("河口镇初级中学", "河口镇", JUNIOR, TOWN, 0, 427, built=1977, boarding=True),
    Entry("河口镇渡口教学点", "河口镇", POINT, RURAL, 27, built=1979, parent="河口镇沙洲小学"),
    Entry("官渡镇中心小学", "官渡镇", PRIMARY, TOWN, 447, built=1951),
    Entry("官渡镇柏树小学", "官渡镇", PRIMARY, RURAL, 138, built=1965),
    Entry("官渡镇梅林小学", "官渡镇", PRIMARY, RURAL, 109, built=1980),
    Entry("官渡镇初级中学", "官渡镇", JUNIOR, TOWN, 0, 391, built=1981, boarding=True),
    Entry("大坪镇第一小学", "大坪镇", PRIMARY, TOWN, 352, built=1953),
    Entry("大坪镇桃园小学", "大坪镇", PRIMARY, RURAL, 132, built=1963),
    Entry("大坪镇学校", "大坪镇", NINE, TOWN, 268, 356, built=1985, boarding=True),
    Entry("柳河乡中心小学", "柳河乡", PRIMARY, RURAL, 334, built=1954),
    Entry("柳河乡五里小学", "柳河乡", PRIMARY, RURAL, 143, built=1961),
    Entry("柳河乡青石小学", "柳河乡", PRIMARY, RURAL, 112, built=1969),
    Entry("柳河乡冯家湾教学点", "柳河乡", POINT, RURAL, 50, built=1971, parent="柳河乡中心小学"),
    Entry("柳河乡白庙教学点", "柳河乡", POINT, RURAL, 46, built=1972, parent="柳河乡五里小学", trend=-0.06),
    Entry("柳河乡茶园教学点", "柳河乡", POINT, RURAL, 21, built=1977, parent="柳河乡中心小学"),
    Entry("杉木乡学校", "杉木乡", NINE, RURAL, 241, 207, built=1987, boarding=True),
    Entry("杉木乡红旗小学", "杉木乡", PRIMARY, RURAL, 118, built=1966),
    Entry("云岭乡学校", "云岭乡", NINE, RURAL, 196, 168, built=1990, boarding=True),
    Entry("云岭乡高坡小学", "云岭乡", PRIMARY, RURAL, 102, built=1974, boarding=True),
    Entry("云岭乡云上教学点", "云岭乡", POINT, RURAL, 11, built=1982, parent="云岭乡高坡小学", closes=2),
    Entry("龙潭乡学校", "龙潭乡", NINE, RURAL, 174, 153, built=1992, boarding=True),
    Entry("龙潭乡水磨小学", "龙潭乡", PRIMARY, RURAL, 97, built=1960),
    Entry("龙潭乡竹林教学点", "龙潭乡", POINT, RURAL, 63, built=1978, parent="龙潭乡水磨小学"),
    Entry("龙潭乡岩口教学点", "龙潭乡", POINT, RURAL, 41, built=1983, parent="龙潭乡水磨小学"),
)
