/** Only the parts of ECharts the product uses; loaded with the first chart. */
import { BarChart, RadarChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, RadarComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

echarts.use([AriaComponent, BarChart, CanvasRenderer, GridComponent, LegendComponent, RadarChart, RadarComponent, TooltipComponent])
export { echarts }
